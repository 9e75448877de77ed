package io.millrace.resume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A client of tus that writes every byte itself. */
final class Tus {

    private final UploadServer server;

    Tus(UploadServer server) {
        this.server = server;
    }

    /** A request; each line ends with a line feed. */
    static String request(String line, String... fields) {
        StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\nHost: x\n");
        for (String field : fields) {
            text.append(field).append('\n');
        }
        return text.append('\n').toString();
    }

    /** A request of tus 1.0.0. */
    static String tus(String line, String... fields) {
        String[] all = new String[fields.length + 1];
        all[0] = "Tus-Resumable: 1.0.0";
        System.arraycopy(fields, 0, all, 1, fields.length);
        return request(line, all);
    }

    static String metadata(String... pairs) {
        StringBuilder text = new StringBuilder("Upload-Metadata: ");
        for (int i = 0; i < pairs.length; i += 2) {
            text.append(i == 0 ? "" : ",").append(pairs[i]).append(' ')
                    .append(Base64.getEncoder().encodeToString(
                            pairs[i + 1].getBytes(StandardCharsets.UTF_8)));
        }
        return text.toString();
    }

    /** Begins an upload of /a.txt; its name. */
    String begin(String... fields) throws IOException {
        String[] all = new String[fields.length + 2];
        all[0] = metadata("filename", "a.txt");
        all[1] = "Content-Length: 0";
        System.arraycopy(fields, 0, all, 2, fields.length);
        try (UploadClient client = server.connect()) {
            String answer = client.send(tus("POST /", all)).answer();
            if (!answer.startsWith("HTTP/1.1 201 ")) {
                throw new AssertionError(answer);
            }
            return client.name();
        }
    }

    String begin(long length) throws IOException {
        return begin("Upload-Length: " + length);
    }

    /** The status code and the fields of the response to HEAD. */
    String head(String name) throws IOException {
        return head("/a.txt", name);
    }

    String head(String path, String name) throws IOException {
        try (UploadClient client = server.connect()) {
            return client.send(tus("HEAD " + path + "?upload=" + name)).headAnswer();
        }
    }

    /** The offset of an upload. */
    long offset(String name) throws IOException {
        return Long.parseLong(field(head(name), "Upload-Offset"));
    }

    static String field(String answer, String name) {
        for (String line : answer.split("\n")) {
            if (line.startsWith(name + ": ")) {
                return line.substring(name.length() + 2);
            }
        }
        return null;
    }

    static String status(String answer) {
        return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
    }

    static String patch(String name, long offset, String body, String... fields) {
        String[] all = new String[fields.length + 3];
        all[0] = "Content-Type: application/offset+octet-stream";
        all[1] = "Upload-Offset: " + offset;
        all[2] = "Content-Length: " + body.length();
        System.arraycopy(fields, 0, all, 3, fields.length);
        return tus("PATCH /a.txt?upload=" + name, all) + body;
    }
}
