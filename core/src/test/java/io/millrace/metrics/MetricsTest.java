package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketKeys;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.S3Double;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreStats;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written of a server, a store and the JVM, and that the operator's page has all of it. */
@Timeout(60)
class MetricsTest {

    private static final Path PAGE = Path.of("..", "docs", "operating.md");
    private static final String MARK = "<!-- metrics, compared by MetricsTest -->\n\n";
    private static final Pattern FAMILY = Pattern.compile(
            "# HELP (\\S+) (.*)\n# TYPE \\S+ (\\S+)\n((?:[^#].*\n)*)");
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z]+)=");

    private static final ServerStats SERVER = ServerStats.builder().accepted(1).turnedAway(2)
            .acceptPauses(3).overPeerLimit(4).maxConnections(5).logDrops(6)
            .uptime(Duration.ofMillis(7500))
            .workers(WorkerStats.builder().connections(20).openConnections(8).idleConnections(9)
                            .responses("GET", 200, 10).responses("other", 503, 11)
                            .refusals(400, 12).refusals(426, 13)
                            .latencies(Duration.ofMillis(1), 2).latencies(Duration.ofHours(1), 1)
                            .cut(14).uploads(15).bytesIn(16).bytesOut(17).bytesInFlight(18)
                            .busyNs(19_000_000).lingered(20).timeouts("idle", 21).failed(22)
                            .shed(23).evicted(24).build(),
                    WorkerStats.builder().openConnections(2).build())
            .build();
    private static final StoreStats STORE = StoreStats.builder().cacheHits(1).cacheMisses(2)
            .cachedObjects(3).cacheBytes(4).unfinishedUploads(5).missingTokens(6).wrongTokens(7)
            .forbidden(8).evictionPasses(9).evictedByAge(10).evictedBySize(11).evictedBytes(12)
            .evictionFailures(13).quotaBytes(14).quotaUsedBytes(15).freeBytes(16).diskBytes(17)
            .resumableUploads(18).resumableUploadBytes(19).build();

    private static String text(MetricsSource source) {
        MetricsWriter out = new MetricsWriter();
        source.write(out);
        return out.toString();
    }

    /** The samples, each with its labels, and their values. */
    private static Map<String, String> samples(MetricsSource source) {
        Map<String, String> samples = new TreeMap<>();
        for (String line : text(source).split("\n")) {
            if (!line.startsWith("#")) {
                int end = line.lastIndexOf(' ');
                samples.put(line.substring(0, end), line.substring(end + 1));
            }
        }
        return samples;
    }

    private static void assertSamples(String expected, Map<String, String> samples) {
        for (String line : expected.split("\n")) {
            int end = line.lastIndexOf(' ');
            assertEquals(line.substring(end + 1), samples.get(line.substring(0, end)), line);
        }
    }

    @Test
    void eachFigureOfAServerIsWritten() {
        Map<String, String> samples = samples(new ServerMetrics(SERVER, true)::write);
        assertSamples("""
                millrace_uptime_seconds 7.5
                millrace_draining 1
                millrace_connections_accepted_total 1
                millrace_connections_open 10
                millrace_connections_idle 9
                millrace_connections_limit 5
                millrace_connections_turned_away_total 2
                millrace_connections_over_peer_limit_total 4
                millrace_connections_evicted_total 24
                millrace_connections_shed_total 23
                millrace_accept_pauses_total 3
                millrace_requests_total{method="GET",status="2xx"} 10
                millrace_requests_total{method="GET",status="4xx"} 0
                millrace_requests_total{method="other",status="5xx"} 11
                millrace_request_duration_seconds_bucket{le="0.0005"} 0
                millrace_request_duration_seconds_bucket{le="0.001"} 2
                millrace_request_duration_seconds_bucket{le="300"} 2
                millrace_request_duration_seconds_bucket{le="+Inf"} 3
                millrace_request_duration_seconds_sum 3600.002
                millrace_request_duration_seconds_count 3
                millrace_requests_cut_total 14
                millrace_uploads_in_progress 15
                millrace_received_bytes_total 16
                millrace_sent_bytes_total 17
                millrace_in_flight_bytes 18
                millrace_refusals_total{status="400"} 12
                millrace_refusals_total{status="426"} 13
                millrace_refusals_total{status="431"} 0
                millrace_timeouts_total{phase="idle"} 21
                millrace_timeouts_total{phase="first-byte"} 0
                millrace_lingered_responses_total 20
                millrace_failures_total 22
                millrace_log_lines_dropped_total 6
                millrace_worker_busy_seconds_total{worker="0"} 0.019
                millrace_worker_busy_seconds_total{worker="1"} 0
                millrace_worker_connections_open{worker="0"} 8
                millrace_worker_connections_open{worker="1"} 2
                """, samples);
        assertEquals("0", samples(new ServerMetrics(SERVER, false)::write)
                .get("millrace_draining"));
    }

    @Test
    void eachFigureOfAStoreIsWritten() {
        assertEquals("""
                millrace_store_cache_bytes 4
                millrace_store_cache_hits_total 1
                millrace_store_cache_misses_total 2
                millrace_store_cache_objects 3
                millrace_store_disk_bytes 17
                millrace_store_disk_free_bytes 16
                millrace_store_evicted_bytes_total 12
                millrace_store_evicted_objects_total{limit="age"} 10
                millrace_store_evicted_objects_total{limit="size"} 11
                millrace_store_eviction_failures_total 13
                millrace_store_eviction_passes_total 9
                millrace_store_quota_bytes 14
                millrace_store_quota_used_bytes 15
                millrace_store_resumable_upload_bytes 19
                millrace_store_resumable_uploads 18
                millrace_store_token_refusals_total{reason="forbidden"} 8
                millrace_store_token_refusals_total{reason="missing"} 6
                millrace_store_token_refusals_total{reason="wrong"} 7
                millrace_store_unfinished_uploads 5
                """, lines(samples(new StoreMetrics(STORE)::write)));
    }

    private static String lines(Map<String, String> samples) {
        StringBuilder lines = new StringBuilder();
        samples.forEach((name, value) -> lines.append(name).append(' ').append(value).append('\n'));
        return lines.toString();
    }

    @Test
    void whatAStoreDoesNotKnowIsLeftOut() {
        String text = text(new StoreMetrics(StoreStats.builder().build())::write);
        assertFalse(text.contains("quota"), text);
        assertFalse(text.contains("disk"), text);
    }

    @Test
    void jvmTellsOfItsHeap() {
        Map<String, String> samples = samples(MetricsSource.ofJvm());
        assertTrue(Double.parseDouble(samples.get("jvm_memory_used_bytes{area=\"heap\"}")) > 0);
        assertEquals(Runtime.getRuntime().maxMemory() + "",
                samples.get("jvm_memory_max_bytes{area=\"heap\"}"));
    }

    @Test
    void jvmTellsOfItsTimesAndDescriptors() {
        Map<String, String> samples = samples(MetricsSource.ofJvm());
        assertEquals(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3,
                Double.parseDouble(samples.get("process_start_time_seconds")));
        double upSeconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
        double cpuSeconds = Double.parseDouble(samples.get("process_cpu_seconds_total"));
        assertTrue(cpuSeconds > 0
                && cpuSeconds < 1 + upSeconds * Runtime.getRuntime().availableProcessors(),
                cpuSeconds + " s");
        if (samples.containsKey("process_max_fds")) { // not on Windows
            assertTrue(Double.parseDouble(samples.get("process_open_fds"))
                    < Double.parseDouble(samples.get("process_max_fds")), samples.toString());
        }
    }

    @Test
    void pageHasTheTableOfMetrics() throws IOException {
        String ofBucket;
        try (S3Double engine = S3Double.start(); BucketStore store = BucketStore.open(
                BucketOptions.builder(engine.url())
                        .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build())) {
            ofBucket = text(MetricsSource.of(store));
        }
        StringBuilder table = new StringBuilder(
                "| metric | kind | labels | what it shows |\n|---|---|---|---|\n");
        for (String written : List.of(text(new ServerMetrics(SERVER, false)::write),
                text(new StoreMetrics(STORE)::write), ofBucket)) {
            Matcher family = FAMILY.matcher(written);
            while (family.find()) {
                table.append("| `").append(family.group(1)).append("` | ").append(family.group(3))
                        .append(" | ").append(labels(family.group(4))).append(" | ")
                        .append(family.group(2)).append(" |\n");
            }
        }
        String page = Files.readString(PAGE);
        int from = page.indexOf(MARK);
        assertTrue(from >= 0, "no comment " + MARK);
        from += MARK.length();
        assertEquals(table.toString(), page.substring(from, page.indexOf("\n\n", from) + 1));
    }

    @Test
    void pageHasTheMetricsOfTheJvm() throws IOException {
        String page = Files.readString(PAGE);
        Matcher family = FAMILY.matcher(text(MetricsSource.ofJvm()));
        while (family.find()) {
            String name = "`" + family.group(1) + "`";
            assertTrue(page.contains(name), () -> "no " + name);
        }
    }

    /** Their names in order, without those that each histogram has. */
    private static String labels(String samples) {
        TreeSet<String> labels = new TreeSet<>();
        LABEL.matcher(samples).results().forEach(label -> labels.add(label.group(1)));
        labels.remove("le");
        return String.join(", ", labels);
    }

    // Over HTTP.

    @Test
    void handlerWritesItsSourcesInTheirOrder() throws Exception {
        MetricsHandler handler = MetricsHandler.of(
                out -> out.gauge("b", "B.").sample(1, "c", "\u00fc\u65e5"),
                out -> out.gauge("a", "A.").sample(2));
        Response response = (Response) handler.handle(Request.of("GET", "/metrics"));
        assertEquals(200, response.status().code());
        assertEquals("text/plain; version=0.0.4; charset=utf-8",
                response.headers().first("Content-Type"));
        assertEquals("no-store", response.headers().first("Cache-Control"));
        ByteBuffer body = ByteBuffer.allocate(1000);
        response.body().read(0, body);
        assertEquals("""
                # HELP b B.
                # TYPE b gauge
                b{c="\u00fc\u65e5"} 1
                # HELP a A.
                # TYPE a gauge
                a 2
                """, StandardCharsets.UTF_8.decode(body.flip()).toString());
    }

    @Test
    void sourceIsAskedByOneThreadAtATime() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        AtomicInteger inside = new AtomicInteger();
        MetricsHandler handler = MetricsHandler.of(out -> {
            inside.incrementAndGet();
            asked.complete(null);
            goOn.join();
        });
        Thread first = new Thread(() -> handler.handle(Request.of("GET", "/")));
        Thread second = new Thread(() -> handler.handle(Request.of("GET", "/")));
        try {
            first.start();
            asked.get(10, TimeUnit.SECONDS);
            second.start();
            while (second.getState() != Thread.State.WAITING) { // in the source, or for its turn
                Thread.onSpinWait();
            }
            assertEquals(1, inside.get());
        } finally {
            goOn.complete(null);
        }
        first.join(10_000);
        second.join(10_000);
        assertEquals(2, inside.get());
    }

    @Test
    void requestAfterOneWhoseSourceFailedIsNotHeldUp() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        MetricsHandler handler = MetricsHandler.of(out -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("meant");
            }
        });
        assertThrows(IllegalStateException.class,
                () -> handler.handle(Request.of("GET", "/")));
        Response next = (Response) CompletableFuture.supplyAsync( // another thread, as a worker is
                () -> handler.handle(Request.of("GET", "/"))).get(10, TimeUnit.SECONDS);
        assertEquals(200, next.status().code());
    }

    @Test
    void otherMethodsThanGetAndHeadAreRefused() {
        MetricsHandler handler = MetricsHandler.of();
        assertEquals(200, ((Response) handler.handle(Request.of("HEAD", "/"))).status().code());
        Response refusal = (Response) handler.handle(Request.of("POST", "/"));
        assertEquals(405, refusal.status().code());
        assertEquals("GET, HEAD", refusal.headers().first("Allow"));
    }

    @Test
    void serverAndStoreAreWrittenAsTheyAreNow() throws Exception {
        List<MetricsSource> sources = new ArrayList<>();
        try (FolderStore store = FolderStore.discarding(Contract.HTTP);
                HttpServer server = HttpServer.start(
                        ServerOptions.builder().port(0).workers(1).build(), store)) {
            sources.add(MetricsSource.of(server));
            sources.add(MetricsSource.of(store));
            try (Socket socket = new Socket(server.address().getAddress(),
                    server.address().getPort())) {
                socket.getOutputStream().write(("GET /a HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                assertTrue(new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .startsWith("HTTP/1.1 404 "));
            }
            assertEquals("1", samples(sources.get(0))
                    .get("millrace_requests_total{method=\"GET\",status=\"4xx\"}"));
            for (int code : new int[] {400, 408, 413, 414, 417, 421, 431, 500, 501, 503, 505}) {
                assertEquals("0", samples(sources.get(0))
                        .get("millrace_refusals_total{status=\"" + code + "\"}"));
            }
            assertTrue(text(sources.get(1)).contains("\nmillrace_store_cache_hits_total 0\n"));
        }
        assertEquals("1", samples(sources.get(0)).get("millrace_draining"));
    }
}
