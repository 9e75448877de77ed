package io.millrace.metrics;

import static io.millrace.s3.DoubleCall.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.access.AccessRules;
import io.millrace.bucket.BucketKeys;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.http.Request;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written of a store in a bucket, after requests whose figures are known. */
@Timeout(60)
class BucketMetricsTest {

    private static final int TIMEOUT_MS = 30_000;
    private static final String ENDED = "millrace_bucket_requests_total";

    private S3Double engine;
    private BucketStore store;
    private HttpServer server;
    /** The samples after the store was opened, whose probe is counted, too. */
    private Map<String, Double> before;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        store = BucketStore.open(BucketOptions.builder(engine.url())
                .keys(BucketKeys.of(engine.id(), engine.secret(), null))
                .bufferBytes(64 << 20).cacheBytes(1 << 20).cacheWindow(Duration.ofHours(1))
                .wrongTokenDelay(Duration.ZERO).build());
        engine.await(is("ListMultipartUploads").and(call -> call.status() != 0
                && sample("millrace_bucket_requests_in_flight") == 0));
        before = samples();
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), store);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        store.close();
        engine.close();
    }

    private String text() {
        MetricsWriter out = new MetricsWriter();
        MetricsSource.of(store).write(out);
        return out.toString();
    }

    private Map<String, Double> samples() {
        Map<String, Double> samples = new TreeMap<>();
        text().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            samples.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
        });
        return samples;
    }

    private double sample(String name) {
        return samples().get(name);
    }

    /** What has been added to the counters that have changed, and the gauges that are not 0. */
    private String changes() {
        StringBuilder text = new StringBuilder();
        samples().forEach((name, value) -> {
            double added = value - before.get(name);
            if (added != 0 && !name.contains("_duration_")) {
                text.append(name).append(' ').append((long) added).append('\n');
            }
        });
        return text.toString();
    }

    /** A request may be counted just after the client has its response. */
    private void assertChanges(String expected) {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!changes().equals(expected) && System.nanoTime() - deadlineNs < 0) {
            Pause.briefly();
        }
        assertEquals(expected, changes());
    }

    private int send(String request, String... fields) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server.address());
            String[] lines = request.split("\n", 2);
            String body = lines.length == 1 ? "" : lines[1];
            socket.getOutputStream().write((lines[0] + " HTTP/1.1\r\nHost: x\r\n"
                    + "Connection: close\r\n" + String.join("", fields) + "Content-Length: "
                    + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            byte[] bytes = socket.getInputStream().readAllBytes();
            return Integer.parseInt(new String(bytes, 9, 3, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void eachFamilyHasItsTypeAndAHelpText() {
        Map<String, String> types = new TreeMap<>();
        String[] lines = text().split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith("# TYPE ")) {
                String[] words = lines[i].split(" ");
                types.put(words[2], words[3]);
                assertTrue(lines[i - 1].startsWith("# HELP " + words[2] + ' '), lines[i - 1]);
            }
        }
        assertEquals("""
                millrace_bucket_buffer_bytes=gauge
                millrace_bucket_buffer_limit_bytes=gauge
                millrace_bucket_cache_bytes=gauge
                millrace_bucket_cache_hits_total=counter
                millrace_bucket_cache_misses_total=counter
                millrace_bucket_cache_objects=gauge
                millrace_bucket_cache_revalidations_total=counter
                millrace_bucket_read_buffer_bytes=gauge
                millrace_bucket_read_buffer_limit_bytes=gauge
                millrace_bucket_received_bytes_total=counter
                millrace_bucket_request_duration_seconds=histogram
                millrace_bucket_requests_in_flight=gauge
                millrace_bucket_requests_total=counter
                millrace_bucket_resumable_uploads=gauge
                millrace_bucket_retries_total=counter
                millrace_bucket_sent_bytes_total=counter
                millrace_bucket_token_refusals_total=counter
                """, String.join("\n", types.toString().replaceAll("[{}]", "").split(", "))
                + "\n");
    }

    @Test
    void eachOperationHasASampleOfEachOutcomeFromTheStart() {
        for (String operation : new String[] {"HeadObject", "GetObject", "PutObject",
            "DeleteObject", "ListObjectsV2", "CreateMultipartUpload", "UploadPart",
            "CompleteMultipartUpload", "AbortMultipartUpload", "ListMultipartUploads",
            "ListParts"}) {
            for (String outcome : new String[] {"done", "refused", "failed", "cancelled"}) {
                assertTrue(before.containsKey(ENDED + "{operation=\"" + operation
                        + "\",outcome=\"" + outcome + "\"}"), operation + ' ' + outcome);
            }
            assertTrue(before.containsKey(
                    "millrace_bucket_retries_total{operation=\"" + operation + "\"}"), operation);
        }
        assertEquals(64 << 20, before.get("millrace_bucket_buffer_limit_bytes"));
        assertEquals(0, before.get("millrace_bucket_buffer_bytes"));
        assertEquals(Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 4),
                before.get("millrace_bucket_read_buffer_limit_bytes"));
        assertEquals(0, before.get("millrace_bucket_read_buffer_bytes"));
    }

    @Test
    void writesAreCountedByOperationAndOutcomeWithTheBytesOfObjects() throws IOException {
        assertEquals(201, send("PUT /a\n0123456789"));
        assertEquals(412, send("PUT /a\n0123456789", "If-None-Match: *\r\n"));
        assertEquals(204, send("DELETE /a"));
        assertEquals(404, send("DELETE /a"));
        assertChanges("""
                millrace_bucket_requests_total{operation="DeleteObject",outcome="done"} 1
                millrace_bucket_requests_total{operation="HeadObject",outcome="done"} 1
                millrace_bucket_requests_total{operation="HeadObject",outcome="refused"} 2
                millrace_bucket_requests_total{operation="PutObject",outcome="done"} 1
                millrace_bucket_requests_total{operation="PutObject",outcome="refused"} 1
                millrace_bucket_sent_bytes_total 20
                """);
    }

    @Test
    void readsAreCountedByWhatTheCacheHad() throws IOException {
        engine.place("a", "0123456789");
        for (int i = 0; i < 5; i++) {
            assertEquals(200, send("GET /a"));
        }
        assertEquals(404, send("GET /b"));
        double cached = sample("millrace_bucket_cache_bytes");
        assertTrue(cached >= 10 && cached < 5_000, "10 bytes and what is kept with them");
        assertChanges("""
                millrace_bucket_cache_bytes %d
                millrace_bucket_cache_hits_total 3
                millrace_bucket_cache_misses_total 3
                millrace_bucket_cache_objects 1
                millrace_bucket_received_bytes_total 20
                millrace_bucket_requests_total{operation="GetObject",outcome="done"} 2
                millrace_bucket_requests_total{operation="GetObject",outcome="refused"} 1
                """.formatted((long) cached));
        assertEquals(204, send("DELETE /a"));
        assertEquals(0, sample("millrace_bucket_cache_objects"));
        assertEquals(0, sample("millrace_bucket_cache_bytes"));
    }

    @Test
    void requestsThatAreSentAgainAreRetriesAndOneThatFailsInTheEndIsAFailure()
            throws IOException {
        engine.next(is("GetObject"), S3Fault.answer(503, "SlowDown"));
        assertEquals(404, send("GET /a"));
        engine.next(is("GetObject"), S3Fault.answer(403, "InvalidAccessKeyId"));
        assertEquals(502, send("GET /a"));
        assertChanges("""
                millrace_bucket_cache_misses_total 2
                millrace_bucket_requests_total{operation="GetObject",outcome="failed"} 1
                millrace_bucket_requests_total{operation="GetObject",outcome="refused"} 1
                millrace_bucket_retries_total{operation="GetObject"} 1
                """);
    }

    @Test
    void histogramCountsEachRequestToTheEngineOnce() throws IOException {
        String name = "millrace_bucket_request_duration_seconds";
        for (int i = 0; i < 3; i++) {
            assertEquals(404, send("GET /a"));
        }
        assertChanges("""
                millrace_bucket_cache_misses_total 3
                millrace_bucket_requests_total{operation="GetObject",outcome="refused"} 3
                """);
        Map<String, Double> after = samples();
        assertEquals(3, after.get(name + "_count") - before.get(name + "_count"));
        assertEquals(after.get(name + "_count"), after.get(name + "_bucket{le=\"+Inf\"}"));
        assertTrue(after.get(name + "_sum") > before.get(name + "_sum"));
        double ended = after.entrySet().stream().filter(each -> each.getKey().startsWith(ENDED))
                .mapToDouble(Map.Entry::getValue).sum();
        assertEquals(ended, after.get(name + "_count"));
    }

    @Test
    void requestThatIsOnItsWayIsAGauge() throws Exception {
        engine.next(is("GetObject"), S3Fault.silence());
        try (Socket socket = new Socket()) {
            socket.connect(server.address());
            socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            engine.await(is("GetObject"));
            assertEquals(1, sample("millrace_bucket_requests_in_flight"));
            assertEquals(128 * 1024, sample("millrace_bucket_read_buffer_bytes"));
            socket.setSoLinger(true, 0);
        }
        engine.await(is("GetObject").and(call -> call.clientLeft()
                && sample("millrace_bucket_requests_in_flight") == 0
                && sample("millrace_bucket_read_buffer_bytes") == 0));
        assertEquals(1, sample(ENDED + "{operation=\"GetObject\",outcome=\"cancelled\"}"));
    }

    @Test
    void uploadsThatAreUnfinishedAreThoseOfTheLastLook() throws Exception {
        UnfinishedUpload upload = store.unfinished().create(
                Request.of("PUT", "/a"), 1_000, new byte[] {1});
        assertEquals(0, sample("millrace_bucket_resumable_uploads"));
        assertEquals(1, store.unfinished().all().size());
        assertEquals(1, sample("millrace_bucket_resumable_uploads"));
        upload.close(false);
        upload.discard();
        assertEquals(0, store.unfinished().all().size());
        assertEquals(0, sample("millrace_bucket_resumable_uploads"));
    }

    @Test
    void tokensThatAreRefusedAskTheEngineNothing() throws IOException {
        store.access(AccessRules.parse("reader secret r\n"));
        assertEquals(401, send("GET /a"));
        assertEquals(401, send("GET /a", "Authorization: Bearer other\r\n"));
        assertEquals(403, send("PUT /a\nx", "Authorization: Bearer secret\r\n"));
        assertEquals(403, send("DELETE /a", "Authorization: Bearer secret\r\n"));
        assertChanges("""
                millrace_bucket_token_refusals_total{reason="forbidden"} 2
                millrace_bucket_token_refusals_total{reason="missing"} 1
                millrace_bucket_token_refusals_total{reason="wrong"} 1
                """);
    }
}
