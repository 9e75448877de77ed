package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3Stored;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What clients see of an engine's failures, each made by a double, by a server and sockets: the
 * table of docs/bucket-failures.md, cell by cell. Whatever a cell says, a success stands for an
 * object that is stored, and 503 for one that isn't.
 */
@Timeout(300)
class BucketFailuresTest {

    private static final Path PAGE = Path.of("../docs/bucket-failures.md");
    private static final int ATTEMPTS = 2;
    private static final int MANY = 50;
    private static final int COLUMNS_AT_ONCE = 4;
    private static final String OLD = "old";

    /** A column: what a client does, and the operation that fails meanwhile. */
    private enum Request {
        GET("GetObject"), HEAD("HeadObject"), LISTING("ListObjectsV2"), PUT("PutObject"),
        STREAMED("PutObject"), PART("UploadPart"), COMPLETE("CompleteMultipartUpload"),
        DELETE("DeleteObject");

        final String operation;

        Request(String operation) {
            this.operation = operation;
        }

        boolean changes() {
            return compareTo(PUT) >= 0;
        }

        boolean puts() {
            return changes() && this != DELETE;
        }

        String method() {
            return this == LISTING ? "GET" : puts() ? "PUT" : name();
        }

        /** Of a body that is collected, of one that is streamed, or of three parts. */
        int bodyBytes() {
            return this == PUT ? 50 : this == STREAMED ? 5_000 : 2_500;
        }

        boolean inParts() {
            return this == PART || this == COMPLETE;
        }
    }

    private static Map<String, S3Fault> faults() {
        Map<String, S3Fault> rows = new LinkedHashMap<>();
        rows.put("503 `SlowDown`", S3Fault.answer(503, "SlowDown"));
        rows.put("503 `ServiceUnavailable`", S3Fault.answer(503, "ServiceUnavailable"));
        rows.put("500 `InternalError`, nothing stored", S3Fault.answer(500, "InternalError"));
        rows.put("500 `InternalError`, carried out",
                S3Fault.answer(500, "InternalError").afterStoring());
        rows.put("502 of a proxy, in HTML", S3Fault.text(502, "<html>Bad Gateway</html>"));
        rows.put("the connection reset before the body is asked for", S3Fault.reset());
        rows.put("the connection reset after the body, nothing stored",
                S3Fault.reset().afterBody());
        rows.put("the connection reset, carried out", S3Fault.reset().afterStoring());
        rows.put("the connection closed without an answer", S3Fault.close().afterBody());
        rows.put("no answer in time, nothing stored", S3Fault.silence().afterBody());
        rows.put("no answer in time, carried out", S3Fault.silence().afterStoring());
        rows.put("409 `ConditionalRequestConflict`",
                S3Fault.answer(409, "ConditionalRequestConflict"));
        rows.put("403 `AccessDenied`", S3Fault.answer(403, "AccessDenied"));
        rows.put("403 `InvalidAccessKeyId`", S3Fault.answer(403, "InvalidAccessKeyId"));
        rows.put("403 `RequestTimeTooSkewed`", S3Fault.answer(403, "RequestTimeTooSkewed"));
        rows.put("404 `NoSuchBucket`", S3Fault.answer(404, "NoSuchBucket"));
        rows.put("301 to another region", S3Fault.answer(301, "PermanentRedirect")
                .field("x-amz-bucket-region", "eu-west-1"));
        rows.put("403 `QuotaExceeded`", S3Fault.answer(403, "QuotaExceeded"));
        rows.put("400 `EntityTooLarge`", S3Fault.answer(400, "EntityTooLarge"));
        rows.put("501 `NotImplemented`", S3Fault.answer(501, "NotImplemented"));
        rows.put("404 `NoSuchUpload`", S3Fault.answer(404, "NoSuchUpload"));
        rows.put("200 with an error in it", S3Fault.errorInside("InternalError"));
        rows.put("half of the answer, then its end", S3Fault.halfBody());
        rows.put("half of the answer, then silence", S3Fault.halfBodyThenSilence());
        rows.put("a wrong ETag", S3Fault.wrongEtag());
        return rows;
    }

    /** Whether a fault means something for an operation: an answer in halves needs a body. */
    private static boolean applies(String row, Request request) {
        if (row.contains("half") || row.contains("in it")) {
            return row.contains("half") ? request == Request.GET || request == Request.LISTING
                    : request == Request.COMPLETE;
        }
        if (row.contains("asked for")) {
            // Nobody asks for a small one: how much of it was sent is chance.
            return request != Request.PUT;
        }
        if (row.contains("NoSuchUpload")) {
            return request.inParts();
        }
        if (row.contains("carried out") || row.contains("nothing stored")
                || row.contains("Conflict") || row.contains("Quota")
                || row.contains("TooLarge")) {
            return request.changes();
        }
        return !row.contains("ETag") || request == Request.PUT || request == Request.STREAMED;
    }

    @Test
    void tableOfThePageIsWhatClientsSee() throws Exception {
        // Cells mostly wait: the columns are made side by side.
        ExecutorService threads = Executors.newFixedThreadPool(COLUMNS_AT_ONCE);
        try {
            List<Future<List<String>>> columns = threads.invokeAll(
                    Stream.of(Request.values()).map(Column::new).toList());
            StringBuilder table = new StringBuilder();
            int row = 0;
            for (String name : names()) {
                table.append("| ").append(name);
                for (Future<List<String>> column : columns) {
                    table.append(" | ").append(column.get().get(row));
                }
                table.append(" |\n");
                row++;
            }
            assertEquals(ofPage(), shortened(table.toString()));
        } finally {
            threads.shutdownNow();
        }
    }

    /** The rows' names, before those that are the same become one. */
    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (String fault : faults().keySet()) {
            for (boolean once : times(fault)) {
                names.add(fault + (once ? ", once" : ", each time"));
            }
        }
        return names;
    }

    /** Silence takes its time, and what is not answered twice is as what isn't once. */
    private static List<Boolean> times(String fault) {
        return fault.contains("no answer") ? List.of(true) : List.of(true, false);
    }

    /** Rows that are the same once and each time are one. */
    private static String shortened(String table) {
        List<String> rows = new ArrayList<>();
        String[] lines = table.split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].contains(", once |")) {
                rows.add(lines[i]);
            } else if (i + 1 == lines.length || !lines[i + 1].contains(", each time |")) {
                rows.add(lines[i]);
            } else if (lines[i].replace(", once |", " |")
                    .equals(lines[i + 1].replace(", each time |", " |"))) {
                rows.add(lines[i++].replace(", once |", " |"));
            } else {
                rows.add(lines[i]);
            }
        }
        return String.join("\n", rows) + '\n';
    }

    private static String ofPage() throws IOException {
        Matcher table = Pattern
                .compile("(?s)<!-- failures, [^>]*-->\n\n(?:\\|[^\n]*\n){2}(.*?)\n\n")
                .matcher(Files.readString(PAGE));
        // In parentheses: where the client of the JDK drops the body of a refusal (decision 304).
        return table.find() ? table.group(1).replaceAll("(\\S+) \\((\\d+)\\)",
                dropsBodies() ? "$2" : "$1") + '\n' : "no table in " + PAGE;
    }

    private static boolean dropsBodies() {
        Runtime.Version version = Runtime.version();
        return version.feature() == 17 && version.update() < 17
                || version.feature() == 18 || version.feature() == 19;
    }

    private static byte[] toEnd(InputStream in) throws IOException {
        return in.readAllBytes();
    }

    private static String seen(String answer, Request request) {
        Matcher status = Pattern.compile("HTTP/1.1 ([0-9]+)").matcher(answer);
        if (!status.find()) {
            return "cut";
        }
        int end = answer.indexOf("\r\n\r\n") + 4;
        Matcher length = Pattern.compile("\r\nContent-Length: ([0-9]+)\r\n").matcher(answer);
        boolean whole = request == Request.HEAD || (length.find()
                ? answer.length() - end == Integer.parseInt(length.group(1))
                : answer.endsWith("\r\n0\r\n\r\n") || answer.length() == end);
        return whole ? status.group(1) + (answer.contains("\r\nRetry-After: ") ? "*" : "") : "cut";
    }

    /** What each fault makes of one request, with an engine and a server of its own. */
    private static final class Column implements Callable<List<String>> {

        private final Request request;
        private S3Double engine;
        private HttpServer server;
        private int keys;

        Column(Request request) {
            this.request = request;
        }

        @Override
        public List<String> call() throws Exception {
            engine = S3Double.start().leastPartBytes(1);
            BucketOptions options = BucketClient.options(engine).maxAttempts(ATTEMPTS)
                    .answerTimeout(Duration.ofMillis(500))
                    .progressTimeout(Duration.ofMillis(500)).build();
            BucketState state = new BucketState(options, options.keys(), System::nanoTime,
                    new BucketWrites(new BucketBuffers(64 << 20, PuttingStore.SMALL.partBytes()),
                            PuttingStore.SMALL));
            state.holds(PuttingStore.ALL);
            server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                    new BucketRequests(state)::handle);
            try {
                return cells();
            } finally {
                server.close();
                state.close();
                engine.close();
            }
        }

        private List<String> cells() throws Exception {
            List<String> cells = new ArrayList<>();
            for (Map.Entry<String, S3Fault> row : faults().entrySet()) {
                for (boolean once : times(row.getKey())) {
                    cells.add(!applies(row.getKey(), request) ? "-"
                            : cell(row.getValue(), once ? 1 : MANY));
                }
            }
            return cells;
        }

        private String cell(S3Fault fault, int times) throws Exception {
            String key = request == Request.LISTING ? "l" + ++keys + '/' : "k" + ++keys;
            S3Stored old = engine.place(request == Request.LISTING ? key + "x" : key, OLD);
            engine.forget();
            engine.next(times, call -> call.operation().equals(request.operation)
                    && (request == Request.LISTING || call.key().equals(key)), fault);
            String seen = ask(key);
            engine.heal();
            S3Stored now = engine.objects().get(key);
            boolean stored = request.puts() ? now != null && !now.etag().equals(old.etag())
                    : request == Request.DELETE && now == null;
            if (seen.startsWith("2") && request.changes() && !stored) {
                return seen + ", NOT STORED";
            }
            if (seen.startsWith("503") && stored) {
                return seen + ", STORED";
            }
            return seen + (request.changes() && stored && !seen.startsWith("2") ? ", done" : "");
        }

        /** The status, with a star if it comes with Retry-After; "cut" if the body isn't whole. */
        private String ask(String key) throws IOException {
            try (Socket socket = new Socket(server.address().getAddress(),
                    server.address().getPort())) {
                socket.setSoTimeout(60_000);
                StringBuilder head = new StringBuilder(request.method()).append(" /").append(key)
                        .append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
                byte[] body = PutClient.bytes(request.bodyBytes());
                if (request.puts()) {
                    head.append(request.inParts() ? "Transfer-Encoding: chunked\r\n"
                            : "Content-Length: " + body.length + "\r\n");
                }
                socket.getOutputStream().write(head.append("\r\n").toString()
                        .getBytes(StandardCharsets.US_ASCII));
                if (request.puts()) {
                    socket.getOutputStream().write(request.inParts() ? PutClient.chunked(body, 500)
                            : body);
                }
                return seen(new String(toEnd(socket.getInputStream()), StandardCharsets.ISO_8859_1),
                        request);
            }
        }
    }
}
