package io.millrace.app.run;

import io.millrace.app.cli.Setting;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A store in a process of its own: a jar of this program, of whatever commit, or nginx with its dav
 * module, set up alike.
 *
 * <p>Threads: one at a time.
 */
final class AttackedServer implements Closeable {

    /** By which a table names nginx. */
    static final String NGINX = "nginx";

    private static final int PATIENCE_MS = 10_000;
    private static final int LOOK_MS = 20;

    /**
     * How it is set up.
     *
     * @param mostConnections at once
     * @param isDurable whether a PUT is forced to the device, where the server can do that
     * @param logIsRead whether anything reads its log, which is a pipe if not
     */
    record Setting(int mostConnections, boolean isDurable, boolean logIsRead) {
    }

    private final Process process;
    private final InetSocketAddress address;

    private AttackedServer(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** A jar with two workers and 64 MB of heap, on the JDK that runs this. */
    static AttackedServer jar(Path jar, Path folder, Setting setting) throws IOException {
        Process process = start(folder, setting, List.of(JarProcess.JAVA.toString(), "-Xmx64m",
                "-jar", jar.toString(), "--port", "0", "--workers", "2", "--max-connections",
                "" + setting.mostConnections(), "--durability",
                setting.isDurable() ? "data" : "none"));
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains("listening on ")) {
                return new AttackedServer(process, new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(line.substring(line.lastIndexOf(':') + 1))));
            }
        }
        throw new IOException("ended at its start: " + jar);
    }

    /** The nginx of the system, with two workers. */
    static AttackedServer nginx(Path folder, Setting setting)
            throws IOException, InterruptedException {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        Files.createDirectories(folder.resolve("data"));
        String user = System.getProperty("user.name");
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                %s
                worker_processes 2;
                worker_rlimit_nofile 20000;
                pid %2$s/nginx.pid;
                error_log stderr error;
                events {
                    worker_connections %3$d;
                }
                http {
                    access_log off;
                    sendfile on;
                    tcp_nodelay on;
                    keepalive_requests 1000000000;
                    large_client_header_buffers 4 32k;
                    client_max_body_size 0;
                    client_body_temp_path %2$s/body;
                    proxy_temp_path %2$s/proxy;
                    fastcgi_temp_path %2$s/fastcgi;
                    uwsgi_temp_path %2$s/uwsgi;
                    scgi_temp_path %2$s/scgi;
                    server {
                        listen 127.0.0.1:%4$d backlog=4096;
                        root %2$s/data;
                        dav_methods PUT DELETE;
                    }
                }
                """.formatted(user.equals("root") ? "user root root;" : "", folder,
                setting.mostConnections() / 2, address.getPort()));
        AttackedServer server = new AttackedServer(start(folder, setting, List.of(NGINX, "-e",
                "stderr", "-c", configuration.toString())), address);
        for (int waitedMs = 0; !server.isListening(); waitedMs += LOOK_MS) {
            if (server.endsWithin(LOOK_MS) || waitedMs > PATIENCE_MS) {
                server.close();
                throw new IOException("nginx doesn't start: see " + folder);
            }
        }
        return server;
    }

    private static Process start(Path folder, Setting setting, List<String> command)
            throws IOException {
        ProcessBuilder builder = JarProcess.plain(new ArrayList<>(command))
                .directory(folder.toFile());
        if (setting.logIsRead()) {
            builder.redirectError(folder.resolve("stderr.txt").toFile());
        }
        return builder.start();
    }

    private boolean isListening() {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false; // not yet
        }
    }

    InetSocketAddress address() {
        return address;
    }

    String url() {
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/";
    }

    /** Whether it ends by itself within this time. */
    boolean endsWithin(long timeMs) throws InterruptedException {
        return process.waitFor(timeMs, TimeUnit.MILLISECONDS);
    }

    /** Kills it, with the workers that are processes of their own. */
    @Override
    public void close() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        workers.forEach(worker -> worker.onExit().join());
    }
}
