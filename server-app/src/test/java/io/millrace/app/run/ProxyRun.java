package io.millrace.app.run;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.ProxyInfo;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.server.Endpoint;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a server who is calling through HAProxy and nginx, in each way in which they name their
 * clients, and through both in a row. Clients have addresses of their own, on loopback.
 *
 * <p>A command of its own for Linux with {@code haproxy}, {@code nginx} (with its module {@code
 * stream}) and {@code openssl}, run in {@code server-app/target}:
 * {@code java -cp test-classes:millrace.jar io.millrace.app.run.ProxyRun}.
 *
 * <p>Threads: one at a time; the server has its own.
 */
final class ProxyRun {

    private static final String CLIENT = "127.0.0.5";
    private static final int BODY_BYTES = 20_000_000;
    private static final String HEALTH = "/health";
    private static final int HEALTH_CHECKS = 5;

    private final Path folder;
    private final ProxyPrograms programs;
    private final AtomicInteger healthChecks = new AtomicInteger();
    private final StringBuilder table = new StringBuilder();
    private final List<String> faults = new ArrayList<>();

    private ProxyRun(Path folder) {
        this.folder = folder;
        programs = new ProxyPrograms(folder);
    }

    public static void main(String[] args) throws Exception {
        String missing = ProxyPrograms.missing();
        if (missing != null) {
            System.out.println(missing);
            System.exit(1);
        }
        Path folder = Files.createTempDirectory("millrace-proxy-run").toRealPath();
        ProxyRun run = new ProxyRun(folder);
        try {
            run.run();
        } finally {
            run.programs.close();
        }
        RunFolder.end(folder, run.table.toString(), run.faults);
    }

    private void run() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        Path unix = folder.resolve("millrace.sock");
        ServerOptions options = ServerOptions.builder()
                .endpoints(Endpoint.of(any), Endpoint.of(any).proxies("127.0.0.1"),
                        Endpoint.of(UnixDomainSocketAddress.of(unix)).proxies("unix"))
                .hosts("*").trustedProxies("127.0.0.1").build();
        try (HttpServer server = HttpServer.start(options, this::handle)) {
            int plain = server.address().getPort();
            int proxied = ((InetSocketAddress) server.addresses().get(1)).getPort();
            programs.startHaproxy(plain, proxied, unix);
            programs.startNginx(plain, proxied);
            behindHaproxy();
            behindNginx();
            forged();
        }
    }

    private Exchange handle(RequestHead request) {
        if (request.path().equals(HEALTH)) {
            ConnectionInfo info = request.connection();
            boolean isOwn = info.peer().equals(info.socketPeer());
            healthChecks.addAndGet(isOwn ? 1 : 0);
            return Response.text("well");
        }
        String caller = caller(request.connection());
        return request.bodyLength() == 0 ? Response.text(caller)
                : Exchange.discard(bytes -> Response.text(caller + " " + bytes + " bytes"));
    }

    /** All that is known of the client, in one line. */
    private static String caller(ConnectionInfo info) {
        StringBuilder text = new StringBuilder(info.peerText());
        text.append(info.isSecure() ? " secure" : "");
        ProxyInfo proxy = info.proxy();
        if (proxy != null) {
            text.append(proxy.isTls() ? " " + info.tlsProtocol() : "")
                    .append(info.tlsCipher() != null ? " cipher" : "")
                    .append(proxy.clientName() != null ? " CN=" + proxy.clientName() : "")
                    .append(proxy.isClientVerified() ? " verified" : "")
                    .append(proxy.authority() != null ? " for " + proxy.authority() : "")
                    .append(proxy.alpn() != null ? " by " + proxy.alpn() : "")
                    .append(proxy.uniqueId() != null ? " id of " + proxy.uniqueId().length : "");
        }
        return text.toString();
    }

    private void behindHaproxy() throws Exception {
        check("HAProxy, PROXY version 1", "v1", CLIENT);
        check("HAProxy, PROXY version 1 of IPv6", "v1-ipv6", "0:0:0:0:0:0:0:1");
        check("HAProxy, PROXY version 2", "v2", CLIENT + " id of 8");
        check("HAProxy, PROXY version 2 to a Unix domain socket", "v2-unix", CLIENT);
        check("HAProxy, PROXY version 2 after TLS", "v2-tls",
                CLIENT + " secure TLSv1.3 cipher CN=a person verified for a.example by http/1.1");
        check("HAProxy, X-Forwarded-For", "x-forwarded", CLIENT);
        check("HAProxy, Forwarded, after TLS", "forwarded-tls", CLIENT + " secure");
        int before = healthChecks.get();
        programs.await(() -> healthChecks.get() - before >= HEALTH_CHECKS,
                "health checks by LOCAL");
        row("HAProxy, health checks by LOCAL", "of its own", "of its own");
    }

    private void behindNginx() throws Exception {
        check("nginx, PROXY version 1 (stream)", "stream", CLIENT);
        check("nginx, X-Forwarded-For and -Proto", "nginx-x", CLIENT);
        check("nginx, X-Forwarded-For and -Proto, after TLS", "nginx-x-tls", CLIENT + " secure");
        check("nginx, Forwarded", "nginx-forwarded", CLIENT);
        check("HAProxy, PROXY, then nginx, X-Forwarded-For", "chain", CLIENT);
        check("HAProxy, X-Forwarded-For, then nginx, X-Forwarded-For", "chain-x", CLIENT);
    }

    /** Clients that send the fields themselves. */
    private void forged() throws Exception {
        ask("nginx, client sends X-Forwarded-For", "nginx-x", CLIENT,
                "X-Forwarded-For: 192.0.2.66\r\n");
        ask("nginx, client sends nonsense in X-Forwarded-For", "nginx-x", CLIENT,
                "X-Forwarded-For: \"<\r\n");
        ask("nginx, client sends Forwarded beside the proxy's X-Forwarded-For", "nginx-x",
                "400 Forwarded and X-Forwarded-For name different clients\n",
                "Forwarded: for=192.0.2.66\r\n");
        ask("HAProxy, client sends both behind PROXY", "v1", CLIENT,
                "Forwarded: for=192.0.2.66\r\nX-Forwarded-For: 192.0.2.67\r\n");
    }

    /** A GET, and a PUT whose body comes whole. */
    private void check(String way, String place, String caller) throws Exception {
        ask(way, place, caller, "");
        String answer = programs.client(place).put(BODY_BYTES);
        if (!answer.equals(caller + " " + BODY_BYTES + " bytes")) {
            faults.add(way + ": PUT got " + answer);
        }
    }

    private void ask(String way, String place, String expected, String fields) throws Exception {
        row(way, expected, programs.client(place).get(fields));
    }

    private void row(String way, String expected, String answer) {
        table.append("%-68s %s%n".formatted(way, answer.strip()));
        if (!answer.equals(expected)) {
            faults.add(way + ": expected " + expected + ", but got " + answer);
        }
    }
}
