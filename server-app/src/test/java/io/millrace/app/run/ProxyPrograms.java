package io.millrace.app.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * HAProxy and nginx in front of a server, each with an address for each of its ways to name its
 * clients, and certificates for those that end TLS.
 *
 * <p>Threads: one at a time.
 */
final class ProxyPrograms implements AutoCloseable {

    private static final String MODULES = "/usr/lib/nginx/modules/ngx_stream_module.so";
    private static final String PASSWORD = "password";
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private final Path folder;
    private final Map<String, Integer> ports = new TreeMap<>();
    private final List<Process> processes = new ArrayList<>();
    private SSLContext tls;

    /** @param folder of configurations, certificates and logs */
    ProxyPrograms(Path folder) {
        this.folder = folder;
    }

    /** Which program is not there; null if all are. */
    static String missing() {
        for (String program : List.of("haproxy", "nginx", "openssl")) {
            if (find(program) == null) {
                return "needs " + program;
            }
        }
        return null;
    }

    /** Its path; Debian keeps servers where only root looks. */
    static String find(String program) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        for (String place : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return Path.of(place, program).toString();
            }
        }
        return null;
    }

    /** A client of one of the addresses. */
    ProxyClient client(String name) throws Exception {
        String own = name.endsWith("ipv6") ? "::1" : "127.0.0.5";
        String proxy = name.endsWith("ipv6") ? "::1" : "127.0.0.1";
        return new ProxyClient(new InetSocketAddress(own, 0),
                new InetSocketAddress(proxy, port(name)), name.endsWith("tls") ? tls() : null);
    }

    /** The port of an address, which is a free one that stays the same. */
    private int port(String name) throws IOException {
        if (!ports.containsKey(name)) {
            try (ServerSocket free = new ServerSocket(0)) {
                ports.put(name, free.getLocalPort());
            }
        }
        return ports.get(name);
    }

    void startHaproxy(int plain, int proxied, Path unix) throws Exception {
        makeCertificates();
        String check = " check inter 200ms send-proxy-v2";
        String tlsBind = " ssl crt " + folder.resolve("both.pem") + " ca-file "
                + folder.resolve("cert.pem") + " verify optional alpn http/1.1";
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 100
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                    timeout check 10s
                """);
        way(text, "v1", "", "server s 127.0.0.1:%d send-proxy".formatted(proxied));
        text.append(("frontend v1-ipv6\n    bind [::1]:%d\n    default_backend v1-ipv6\n"
                + "backend v1-ipv6\n    server s 127.0.0.1:%d send-proxy\n")
                .formatted(port("v1-ipv6"), proxied));
        way(text, "v2", "", ("option httpchk GET /health\n    server s 127.0.0.1:%d" + check
                + " proxy-v2-options crc32c,unique-id").formatted(proxied),
                "unique-id-format %[str(opaque-1)]");
        way(text, "v2-unix", "", "server s unix@" + unix + " send-proxy-v2");
        way(text, "v2-tls", tlsBind, ("server s 127.0.0.1:%d send-proxy-v2 proxy-v2-options "
                + "ssl,cert-cn,ssl-cipher,authority,crc32c").formatted(proxied));
        way(text, "x-forwarded", "",
                "mode http\n    option forwardfor\n    server s 127.0.0.1:" + plain,
                "mode http");
        way(text, "forwarded-tls", tlsBind, "mode http\n    server s 127.0.0.1:" + plain,
                "mode http\n    http-request set-header Forwarded \"for=%[src];proto=https\"");
        way(text, "chain", "", "server s 127.0.0.1:%d send-proxy-v2".formatted(port("nginx-in")));
        way(text, "chain-x", "", "mode http\n    option forwardfor\n    server s 127.0.0.1:"
                + port("nginx-x"), "mode http");
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), text);
        start("haproxy", "-db", "-f", file.toString());
        for (String name : List.of("v1", "v2", "v2-unix", "v2-tls", "x-forwarded", "forwarded-tls",
                "chain", "chain-x")) {
            awaitPort(name, "127.0.0.1");
        }
    }

    private void way(StringBuilder text, String name, String bind, String backend,
            String... frontend) throws IOException {
        text.append("frontend ").append(name).append("\n    bind 127.0.0.1:").append(port(name))
                .append(bind).append('\n');
        for (String line : frontend) {
            text.append("    ").append(line).append('\n');
        }
        text.append("    default_backend ").append(name).append("\nbackend ").append(name)
                .append("\n    ").append(backend).append('\n');
    }

    void startNginx(int plain, int proxied) throws Exception {
        String text = """
                %s
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log nginx.log;
                events { }
                stream {
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                        proxy_protocol on;
                    }
                }
                http {
                    access_log off;
                    client_max_body_size 0;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_request_buffering off;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    upstream store { server 127.0.0.1:%d; keepalive 8; }
                    server {
                        listen 127.0.0.1:%d;
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate cert.pem;
                        ssl_certificate_key key.pem;
                        location / { proxy_pass http://store; }
                    }
                    server {
                        listen 127.0.0.1:%d;
                        location / {
                            proxy_set_header X-Forwarded-For "";
                            proxy_set_header X-Forwarded-Proto "";
                            proxy_set_header Forwarded "for=$remote_addr;proto=$scheme";
                            proxy_set_header Connection "";
                            proxy_pass http://store;
                        }
                    }
                    server {
                        listen 127.0.0.1:%d proxy_protocol;
                        set_real_ip_from 127.0.0.1;
                        real_ip_header proxy_protocol;
                        location / { proxy_pass http://store; }
                    }
                }
                """.formatted(Files.exists(Path.of(MODULES)) ? "load_module " + MODULES + ";" : "",
                port("stream"), proxied, plain, port("nginx-x"), port("nginx-x-tls"),
                port("nginx-forwarded"), port("nginx-in"));
        Path file = Files.writeString(folder.resolve("nginx.conf"), text);
        start("nginx", "-p", folder.toString(), "-c", file.toString(),
                "-e", folder.resolve("nginx.log").toString());
        for (String name : List.of("stream", "nginx-x", "nginx-x-tls", "nginx-forwarded")) {
            awaitPort(name, "127.0.0.1");
        }
    }

    private void makeCertificates() throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("cert.pem");
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "1", "-subj", "/CN=a person", "-addext",
                "subjectAltName=DNS:a.example", "-keyout", key.toString(), "-out",
                certificate.toString());
        Files.writeString(folder.resolve("both.pem"),
                Files.readString(certificate) + Files.readString(key));
        run("openssl", "pkcs12", "-export", "-in", certificate.toString(), "-inkey",
                key.toString(), "-out", folder.resolve("both.p12").toString(), "-passout",
                "pass:" + PASSWORD);
    }

    /** A client that has the certificate of its servers, too. */
    private SSLContext tls() throws IOException, GeneralSecurityException {
        if (tls == null) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(folder.resolve("both.p12"))) {
                keys.load(in, PASSWORD.toCharArray());
            }
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("a", keys.getCertificate(keys.aliases().nextElement()));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            tls = context;
        }
        return tls;
    }

    private void run(String... command) throws Exception {
        Process process = start(command);
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + " failed: see " + folder);
        }
    }

    private Process start(String... command) throws IOException {
        List<String> full = new ArrayList<>(List.of(command));
        full.set(0, find(command[0]));
        Process process = new ProcessBuilder(full).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".out").toFile()).start();
        processes.add(process);
        return process;
    }

    private void awaitPort(String name, String host) throws Exception {
        await(() -> {
            try (Socket socket = new Socket(host, ports.get(name))) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }, "the port of " + name);
    }

    /** Waits for a condition, as long as the programs run. */
    void await(BooleanSupplier condition, String what) throws Exception {
        long startNs = System.nanoTime();
        Process last = processes.get(processes.size() - 1);
        while (!condition.getAsBoolean()) {
            if (last.waitFor(20, TimeUnit.MILLISECONDS)
                    || System.nanoTime() - startNs > TIMEOUT_NS) {
                throw new IOException("waited in vain for " + what + ": see " + folder);
            }
        }
    }

    /** Both end at once at a signal. */
    @Override
    public void close() {
        processes.forEach(Process::destroy);
        processes.forEach(process -> process.onExit().orTimeout(TIMEOUT_NS, TimeUnit.NANOSECONDS)
                .exceptionally(late -> process.destroyForcibly()).join());
    }
}
