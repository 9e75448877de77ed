package io.millrace.app.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real Prometheus scrapes the jar's metrics: {@code promtool} has nothing to say of them, the
 * target is up, and what was requested is what Prometheus has.
 *
 * <p>A command of its own, run in {@code server-app/target} where {@code prometheus} and
 * {@code promtool} are installed:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.PrometheusRun},
 * then {@code [folder of the two]}.
 *
 * <p>Threads: main.
 */
final class PrometheusRun {

    private static final int PUTS = 7;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> faults = new ArrayList<>();
    private final StringBuilder report = new StringBuilder();
    private final Path folder;
    private final String tools;

    private PrometheusRun(Path folder, String tools) {
        this.folder = folder;
        this.tools = tools;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("prometheus");
        PrometheusRun run =
                new PrometheusRun(folder, args.length == 0 ? "" : Path.of(args[0]) + "/");
        run.run();
        RunFolder.end(folder, run.report.toString(), run.faults);
    }

    private void run() throws Exception {
        try (JarProcess store = JarProcess.start(folder, "--port", "0", "--admin",
                "127.0.0.1:0", "--quota", "1GB")) {
            String line = store.await("  admin     http");
            String admin = line.substring(line.lastIndexOf(' ') + 1);
            String url = store.awaitUrl();
            for (int i = 0; i < PUTS; i++) {
                send(HttpRequest.newBuilder(URI.create(url + "/key-" + i))
                        .PUT(BodyPublishers.ofString("object")));
            }
            send(HttpRequest.newBuilder(URI.create(url + "/absent")));
            String metrics = send(HttpRequest.newBuilder(URI.create(admin + "/metrics")));
            report.append(metrics.lines().filter(each -> !each.startsWith("#")).count())
                    .append(" samples, ").append(metrics.length()).append(" characters\n");
            checkFormat(metrics);
            scrape(admin.substring("http://".length()));
        }
    }

    private String send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }

    private void checkFormat(String metrics) throws Exception {
        Path text = Files.writeString(folder.resolve("metrics.txt"), metrics);
        Path said = folder.resolve("promtool.txt");
        int exitCode = new ProcessBuilder(tools + "promtool", "check", "metrics")
                .redirectInput(text.toFile()).redirectErrorStream(true)
                .redirectOutput(said.toFile()).start().waitFor();
        report.append("promtool check metrics: exit code ").append(exitCode).append(", ")
                .append(Files.size(said)).append(" bytes of complaints\n");
        if (exitCode != 0 || Files.size(said) > 0) {
            faults.add("promtool: " + exitCode + " " + Files.readString(said));
        }
    }

    private void scrape(String target) throws Exception {
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: millrace
                    static_configs: [{targets: ['%s']}]
                """.formatted(target));
        int port = freePort();
        Process prometheus = new ProcessBuilder(tools + "prometheus",
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
                "--web.listen-address=127.0.0.1:" + port).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(folder.resolve("log.txt").toFile())
                .start();
        try {
            String api = "http://127.0.0.1:" + port + "/api/v1/query?query=";
            await(api, "count_over_time(up[1h]) >= bool 2", "1");
            await(api, "min_over_time(up[1h])", "1");
            await(api, "millrace_requests_total{method=\"PUT\",status=\"2xx\"}", "" + PUTS);
            await(api, "millrace_requests_total{method=\"GET\",status=\"4xx\"}", "1");
            await(api, "millrace_request_duration_seconds_count", "" + (PUTS + 1));
            await(api, "histogram_quantile(0.5, millrace_request_duration_seconds_bucket)"
                    + " > bool 0", "1");
            await(api, "millrace_store_quota_used_bytes", "" + 6 * PUTS);
            await(api, "millrace_store_disk_free_bytes > bool 0", "1");
            await(api, "rate(millrace_worker_busy_seconds_total{worker=\"0\"}[1m]) < bool 1",
                    "1");
        } finally {
            prometheus.destroy();
            if (!prometheus.waitFor(10, TimeUnit.SECONDS)) {
                prometheus.destroyForcibly().waitFor();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until a query has a result, and compares its only value. */
    private void await(String api, String query, String expected) throws Exception {
        String wanted = ",\"" + expected + "\"]}]";
        String result = "";
        long startNs = System.nanoTime();
        while (!result.contains(wanted) && System.nanoTime() - startNs < PATIENCE_NS) {
            LockSupport.parkNanos(PAUSE_NS);
            try {
                result = send(HttpRequest.newBuilder(URI.create(
                        api + URLEncoder.encode(query, StandardCharsets.UTF_8))));
            } catch (IOException e) {
                result = e.toString(); // it doesn't listen yet
            }
        }
        report.append(result.contains(wanted) ? "ok  " : "BAD ").append(query).append(" = ")
                .append(expected).append('\n');
        if (!result.contains(wanted)) {
            faults.add(query + ": expected " + expected + ": " + result);
        }
    }
}
