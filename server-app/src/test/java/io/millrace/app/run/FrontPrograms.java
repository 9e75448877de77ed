package io.millrace.app.run;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * HAProxy or nginx in front of several nodes, at one address.
 *
 * <p>Threads: one at a time.
 */
final class FrontPrograms {

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    /** Where a node listens: for a proxy that sends a PROXY header, for others, for checks. */
    record NodePorts(int proxied, int plain, int admin) {

        static NodePorts free() throws IOException {
            return new NodePorts(freePort(), freePort(), freePort());
        }
    }

    /** A program, and how it is told what to do. */
    enum Front {
        /** With checks of its own of each node, and a PROXY header on each connection. */
        HAPROXY("haproxy"),
        /** Without checks: a node that has failed is left alone for a second. */
        NGINX("nginx");

        private final String program;

        Front(String program) {
            this.program = program;
        }

        /** Whether it is installed. */
        boolean isThere() {
            return ProxyPrograms.find(program) != null;
        }
    }

    private FrontPrograms() {
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Starts one that listens at a port of loopback, and returns when it does so. */
    static Process start(Front front, Path folder, int port, List<NodePorts> nodes)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve(front.program + ".conf"),
                front == Front.HAPROXY ? haproxy(port, nodes) : nginx(port, nodes));
        String program = ProxyPrograms.find(front.program);
        List<String> command = front == Front.HAPROXY
                ? List.of(program, "-db", "-f", file.toString())
                : List.of(program, "-p", folder.toString(), "-c", file.toString(), "-e",
                        folder.resolve("nginx.log").toString());
        Process process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(front.program + ".out").toFile()).start();
        long startNs = System.nanoTime();
        while (!listens(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)
                    || System.nanoTime() - startNs > TIMEOUT_NS) {
                process.destroyForcibly();
                throw new IOException(front.program + " doesn't start: see " + folder);
            }
        }
        return process;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String haproxy(int port, List<NodePorts> nodes) {
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 1000
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 60s
                    timeout server 60s
                    timeout check 1s
                    # A request is sent again, and to another node, only if no connection came up.
                    retries 3
                    retry-on conn-failure
                    option redispatch 1
                frontend front
                    bind 127.0.0.1:%d
                    default_backend nodes
                backend nodes
                    balance roundrobin
                    option httpchk
                    http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host 127.0.0.1
                    http-check expect status 200
                    default-server check inter 200ms fall 2 rise 1 send-proxy-v2
                """.formatted(port));
        for (int i = 0; i < nodes.size(); i++) {
            text.append("    server n%d 127.0.0.1:%d port %d%n".formatted(i,
                    nodes.get(i).proxied(), nodes.get(i).admin()));
        }
        return text.toString();
    }

    private static String nginx(int port, List<NodePorts> nodes) {
        StringBuilder servers = new StringBuilder();
        for (NodePorts node : nodes) {
            servers.append("server 127.0.0.1:%d max_fails=1 fail_timeout=1s; "
                    .formatted(node.plain()));
        }
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log nginx.log;
                events { }
                http {
                    access_log off;
                    client_max_body_size 0;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    upstream nodes { %s keepalive 16; }
                    server {
                        listen 127.0.0.1:%d;
                        location / {
                            proxy_pass http://nodes;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_set_header Host $host;
                            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                            proxy_connect_timeout 1s;
                            proxy_read_timeout 60s;
                            proxy_buffering off;
                            add_header X-Upstream $upstream_addr always;
                            proxy_request_buffering off;
                            # Else a small PUT is sent again that may have been carried out.
                            proxy_next_upstream off;
                        }
                    }
                }
                """.formatted(servers, port);
    }
}
