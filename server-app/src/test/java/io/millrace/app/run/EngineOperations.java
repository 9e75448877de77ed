package io.millrace.app.run;

import static io.millrace.app.run.EngineReport.require;
import static io.millrace.app.run.EngineReport.same;

import io.millrace.app.run.EngineClient.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Each operation of the file store's contract, tried through two nodes of one bucket: what the one
 * has answered holds at the other.
 *
 * <p>Threads: one.
 */
final class EngineOperations {

    private static final int[] LENGTHS = {0, 1, 1024, 256 << 10, (256 << 10) + 1, (8 << 20) + 1,
        40_000_000};
    private static final String TYPE = "application/octet-stream";

    private final EngineClient client;
    private final boolean replaceHeld;
    private final Random random = new Random(1);

    EngineOperations(EngineClient client, boolean replaceHeld) {
        this.client = client;
        this.replaceHeld = replaceHeld;
    }

    void all(EngineReport report) {
        report.check("PUT, GET, HEAD, DELETE of 0 bytes to 40 MB", this::lengths);
        report.check("PUT of unknown length, up to 20 MB", this::unknownLengths);
        report.check("ranges, one and several, If-Range", this::ranges);
        report.check("conditions of reads", this::conditionsOfReads);
        report.check("conditions of changes", this::conditionsOfChanges);
        report.check("metadata", this::metadata);
        report.check("digests, right and wrong", this::digests);
        report.check("listing, HTML and JSON, in pages", this::listing);
        report.check("folders", this::folders);
        report.check("names that need encoding", this::names);
        report.check("upload by tus through two nodes", this::tus);
        report.check("client that leaves a PUT", this::cutPut);
        report.check("MOVE and archives", this::refused);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private Reply get(int node, String path, String... fields) throws Exception {
        return client.send(node, "GET", path, null, fields);
    }

    private void put(String path, byte[] body, String... fields) throws Exception {
        Reply put = client.send(0, "PUT", path, body, fields);
        require(put.status() == 201 || put.status() == 204, "PUT " + path + ": " + put);
    }

    private void delete(String path) throws Exception {
        same(204, client.send(0, "DELETE", path, null).status(), "DELETE " + path);
    }

    private void requireObject(int node, String path, byte[] body) throws Exception {
        Reply found = get(node, path);
        same(200, found.status(), "GET " + path + " through node " + node);
        require(Arrays.equals(body, found.bytes()), path + " has other bytes than were sent");
    }

    private String lengths() throws Exception {
        for (int length : LENGTHS) {
            String path = "/lengths/" + length;
            byte[] body = bytes(length);
            Reply created = client.send(0, "PUT", path, body, "Content-Type", TYPE);
            same(201, created.status(), "PUT of " + length + " bytes");
            requireObject(1, path, body);
            Reply head = client.send(1, "HEAD", path, null);
            same("" + length, head.field("Content-Length"), "Content-Length");
            same(created.field("ETag"), head.field("ETag"), "ETag of HEAD");
            same(204, client.send(1, "PUT", path, bytes(length)).status(), "the second PUT");
            require(length == 0 || !get(0, path).field("ETag").equals(created.field("ETag")),
                    "the ETag of another version is the same");
            same(204, client.send(1, "DELETE", path, null).status(), "DELETE");
            same(404, get(0, path).status(), "GET after DELETE");
            same(404, client.send(0, "DELETE", path, null).status(), "the second DELETE");
        }
        return "whole through both nodes";
    }

    private String unknownLengths() throws Exception {
        for (int length : new int[] {0, 100_000, 8 << 20, (8 << 20) + 1, 20_000_000}) {
            byte[] body = bytes(length);
            Reply put = client.sendChunked(0, "PUT", "/unknown/" + length, body);
            require(put.status() == 201, "PUT of " + length + " bytes: " + put);
            requireObject(1, "/unknown/" + length, body);
            delete("/unknown/" + length);
        }
        return "whole through both nodes";
    }

    private String ranges() throws Exception {
        byte[] body = bytes(100_000);
        put("/ranges", body);
        String etag = get(0, "/ranges").field("ETag");
        for (int[] range : new int[][] {{0, 0}, {0, 99_999}, {50_000, 50_999}, {99_999, 99_999}}) {
            requirePart(body, range[0], range[1], "bytes=" + range[0] + '-' + range[1]);
        }
        requirePart(body, 90_000, 99_999, "bytes=90000-");
        requirePart(body, 99_993, 99_999, "bytes=-7");
        requirePart(body, 99_000, 99_999, "bytes=99000-200000");
        requirePart(body, 5, 6, "bytes=5-6", "If-Range", etag);
        same(200, get(0, "/ranges", "Range", "bytes=5-6", "If-Range", "\"other\"").status(),
                "If-Range of another version");
        Reply none = get(1, "/ranges", "Range", "bytes=100000-");
        same(416, none.status(), "range behind the end");
        same("bytes */100000", none.field("Content-Range"), "Content-Range of 416");
        Reply several = get(1, "/ranges", "Range", "bytes=10-19,50000-50009,-5");
        same(206, several.status(), "several ranges");
        require(several.field("Content-Type").startsWith("multipart/byteranges"), "Content-Type: "
                + several.field("Content-Type"));
        String text = new String(several.bytes(), StandardCharsets.ISO_8859_1);
        for (int[] part : new int[][] {{10, 20}, {50_000, 50_010}, {99_995, 100_000}}) {
            require(text.contains(new String(Arrays.copyOfRange(body, part[0], part[1]),
                    StandardCharsets.ISO_8859_1)), "no part of " + part[0]);
        }
        delete("/ranges");
        return "as of a file";
    }

    private void requirePart(byte[] body, int first, int last, String range, String... more)
            throws Exception {
        List<String> fields = new ArrayList<>(List.of("Range", range));
        fields.addAll(List.of(more));
        Reply part = get(1, "/ranges", fields.toArray(new String[0]));
        same(206, part.status(), range);
        same("bytes " + first + '-' + last + '/' + body.length, part.field("Content-Range"),
                range);
        require(Arrays.equals(Arrays.copyOfRange(body, first, last + 1), part.bytes()), range);
    }

    private String conditionsOfReads() throws Exception {
        put("/read", bytes(100));
        Reply whole = get(1, "/read");
        String etag = whole.field("ETag");
        String time = whole.field("Last-Modified");
        String early = "Fri, 01 Jan 2010 00:00:00 GMT";
        // S3Proxy compares with fractions of a second, and so misses its own Last-Modified.
        String late = "Fri, 01 Jan 2100 00:00:00 GMT";
        String[][] rows = {{"304", "If-None-Match", etag}, {"304", "If-None-Match", "W/" + etag},
            {"304", "If-None-Match", "\"x\", " + etag}, {"304", "If-None-Match", "*"},
            {"200", "If-None-Match", "\"x\""}, {"200", "If-Match", etag}, {"200", "If-Match", "*"},
            {"200", "If-Match", "\"x\", " + etag}, {"412", "If-Match", "\"x\""},
            {"412", "If-Match", "W/" + etag}, {"304", "If-Modified-Since", time},
            {"200", "If-Modified-Since", early}, {"200", "If-Unmodified-Since", late},
            {"412", "If-Unmodified-Since", early},
            {"200", "If-None-Match", "\"x\"", "If-Modified-Since", time},
            {"304", "If-None-Match", etag, "If-Modified-Since", early}};
        for (String[] row : rows) {
            for (String method : new String[] {"GET", "HEAD"}) {
                Reply reply = client.send(1, method, "/read", null,
                        Arrays.copyOfRange(row, 1, row.length));
                same(Integer.parseInt(row[0]), reply.status(), method + Arrays.toString(row));
                require(reply.status() == 412 || reply.field("ETag").equals(etag),
                        "no ETag: " + Arrays.toString(row));
            }
        }
        delete("/read");
        return rows.length + " of them";
    }

    private String conditionsOfChanges() throws Exception {
        byte[] old = bytes(50);
        put("/change", old);
        String early = "Fri, 01 Jan 2010 00:00:00 GMT";
        for (String[] row : new String[][] {{"If-None-Match", "*"}, {"If-Match", "\"x\""},
            {"If-Unmodified-Since", early}}) {
            int status = client.send(1, "PUT", "/change", bytes(9), row).status();
            require(status == 412 || status == 501 && !replaceHeld, row[0] + ": " + status);
        }
        requireObject(0, "/change", old);
        int absent = client.send(0, "PUT", "/no-change", bytes(9), "If-Match", "*").status();
        require(absent == 412 || absent == 501 && !replaceHeld, "If-Match of nothing: " + absent);
        int expected = replaceHeld ? 204 : 501;
        for (String match : new String[] {"*", "\"x\", ETAG", "ETAG"}) {
            String etag = get(1, "/change").field("ETag");
            same(expected, client.send(1, "PUT", "/change", bytes(9), "If-Match",
                    match.replace("ETAG", etag)).status(), "If-Match: " + match);
        }
        int removed = client.send(0, "DELETE", "/change", null, "If-Match", "\"x\"").status();
        require(removed == 412 || removed == 501, "DELETE with If-Match: " + removed);
        delete("/change");
        return replaceHeld ? "held" : "501 where the engine doesn't hold them";
    }

    private String metadata() throws Exception {
        String[] fields = {"Content-Type", "text/x-test; charset=utf-8", "Content-Encoding", "gzip",
            "Content-Language", "de", "Content-Disposition", "attachment; filename=\"a b.txt\"",
            "Cache-Control", "max-age=60"};
        put("/meta.bin", bytes(10), fields);
        for (int i = 0; i < fields.length; i += 2) {
            same(fields[i + 1], get(1, "/meta.bin").field(fields[i]), fields[i]);
        }
        client.send(1, "PUT", "/meta.bin", bytes(10), "Content-Type", "text/plain");
        same("", get(0, "/meta.bin").field("Content-Encoding"), "what the last PUT left out");
        delete("/meta.bin");
        return "kept, and replaced as a whole";
    }

    private String digests() throws Exception {
        byte[] body = bytes(9 << 20);
        String right = "sha-256=:" + Base64.getEncoder().encodeToString(
                MessageDigest.getInstance("SHA-256").digest(body)) + ':';
        String wrong = "sha-256=:" + Base64.getEncoder().encodeToString(new byte[32]) + ':';
        for (String name : new String[] {"Content-Digest", "Repr-Digest"}) {
            same(400, client.send(0, "PUT", "/digest", body, name, wrong).status(),
                    "a wrong " + name);
            same(400, client.sendChunked(0, "PUT", "/digest", body, name, wrong).status(),
                    "a wrong " + name + " of parts");
            same(404, get(1, "/digest").status(), "after a wrong " + name);
            put("/digest", body, name, right);
            same(right, get(1, "/digest", "Want-Repr-Digest", "sha-256=10").field("Repr-Digest"),
                    "Repr-Digest back");
            delete("/digest");
        }
        return "kept and given back; a wrong one leaves nothing";
    }

    private String listing() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            names.add("name-" + (char) ('a' + i));
            put("/list/" + names.get(i), bytes(i));
        }
        put("/list/sub/one", bytes(3));
        names.add("sub");
        String json = get(1, "/list/", "Accept", "application/json").text();
        same(names, names(json), "names");
        List<String> paged = new ArrayList<>();
        String after = "";
        do {
            String page = get(1, "/list/?limit=7" + after, "Accept", "application/json").text();
            paged.addAll(names(page));
            MatchResult next = Pattern.compile("\"next\":\"([^\"]*)\"").matcher(page).results()
                    .findFirst().orElse(null);
            after = next == null ? null : "&after=" + next.group(1).replaceAll(".*after=", "");
        } while (after != null && paged.size() < 100);
        same(names, paged, "names in pages");
        String html = get(0, "/list/", "Accept", "text/html").text();
        require(html.contains("name-a") && html.contains("sub/"), "the page has no names");
        for (String name : names.subList(0, 25)) {
            delete("/list/" + name);
        }
        delete("/list/sub/one");
        same(404, get(1, "/list/", "Accept", "application/json").status(), "an emptied folder");
        return names.size() + " names";
    }

    private static List<String> names(String json) {
        return Pattern.compile("\"name\":\"([^\"]*)\"").matcher(json).results()
                .map(found -> found.group(1)).toList();
    }

    private String folders() throws Exception {
        same(201, client.send(0, "PUT", "/folder/", null).status(), "PUT of a folder");
        same(200, get(1, "/folder/").status(), "GET of an empty folder");
        put("/folder/inside", bytes(1));
        same(409, client.send(1, "DELETE", "/folder/", null).status(), "DELETE of a full folder");
        delete("/folder/inside");
        same(204, client.send(1, "DELETE", "/folder/", null).status(), "DELETE of an empty one");
        same(404, get(0, "/folder/").status(), "GET after that");
        return "made, kept and removed";
    }

    private String names() throws Exception {
        List<String> paths = new ArrayList<>(List.of("/n/a%20b", "/n/%C3%BC+%F0%9F%98%80",
                "/n/a%25b%26c=d", "/n/'()*!~;:@,$", "/n/%3Cx%3E%22%5B%5D"));
        paths.add("/n/" + "k".repeat(200) + "/" + "l".repeat(200));
        for (String path : paths) {
            byte[] body = bytes(20);
            put(path, body);
            requireObject(1, path, body);
            requireObject(0, path, body);
            delete(path);
        }
        for (String path : new String[] {"/n/%2E%2E/x", "/.millrace-x/y", "/n/%00"}) {
            int status = client.send(0, "PUT", path, bytes(1)).status();
            require(status == 400 || status == 403 || status == 404, path + ": " + status);
        }
        return paths.size() + " of them";
    }

    private String tus() throws Exception {
        byte[] body = bytes(12_000_000);
        int half = 7_000_001;
        String name = Base64.getEncoder().encodeToString("by-tus".getBytes());
        Reply created = client.send(0, "POST", "/up/", new byte[0], "Tus-Resumable", "1.0.0",
                "Upload-Length", "" + body.length, "Upload-Metadata", "filename " + name);
        if (created.status() == 501 && !replaceHeld) {
            return "501 where the engine doesn't hold conditions";
        }
        require(created.status() == 201, "creation: " + created);
        URI where = client.node(0).resolve(created.field("Location"));
        String path = where.getRawPath() + (where.getRawQuery() == null ? ""
                : '?' + where.getRawQuery());
        requireOffset("" + half, patch(0, path, Arrays.copyOf(body, half), 0));
        Reply head = client.send(1, "HEAD", path, null, "Tus-Resumable", "1.0.0");
        requireOffset("" + half, head);
        requireOffset("" + body.length,
                patch(1, path, Arrays.copyOfRange(body, half, body.length), half));
        requireObject(0, "/up/by-tus", body);
        delete("/up/by-tus");
        return "begun through one, ended through the other";
    }

    private Reply patch(int node, String path, byte[] body, int offset) throws Exception {
        return client.send(node, "PATCH", path, body, "Tus-Resumable", "1.0.0", "Upload-Offset",
                "" + offset, "Content-Type", "application/offset+octet-stream");
    }

    private static void requireOffset(String offset, Reply reply) throws Exception {
        require(reply.status() < 300, "Upload-Offset " + offset + ": " + reply);
        same(offset, reply.field("Upload-Offset"), "Upload-Offset");
    }

    private String cutPut() throws Exception {
        for (int length : new int[] {1000, 1_000_000, 30_000_000}) {
            for (boolean known : new boolean[] {true, false}) {
                cut("/cut", length, known);
                same(404, get(1, "/cut").status(), "after a PUT that was cut");
            }
        }
        return "leaves nothing";
    }

    private void cut(String path, int length, boolean known) throws IOException {
        URI node = client.node(0);
        try (Socket socket = new Socket(node.getHost(), node.getPort())) {
            String head = "PUT " + path + " HTTP/1.1\r\nHost: x\r\n" + (known
                    ? "Content-Length: " + 2L * length : "Transfer-Encoding: chunked") + "\r\n\r\n"
                    + (known ? "" : Integer.toHexString(2 * length) + "\r\n");
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes(length));
        }
    }

    private String refused() throws Exception {
        put("/moved", bytes(5));
        Reply move = client.send(0, "MOVE", "/moved", null, "Destination", "/there");
        same(501, move.status(), "MOVE");
        Reply archive = get(0, "/?archive=zip");
        same(501, archive.status(), "archive");
        delete("/moved");
        return "501: " + move.text().strip();
    }
}
