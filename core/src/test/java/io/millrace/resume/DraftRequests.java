package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests of clients of the Internet-Draft "Resumable Uploads for HTTP", and their responses. */
final class DraftRequests {

    static final String V8 = "Upload-Draft-Interop-Version: 8";
    static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    private DraftRequests() {
    }

    static String put(String body, String... fields) {
        return create("PUT /a.txt", body, fields);
    }

    static String create(String line, String body, String... fields) {
        String[] all = new String[fields.length + 1];
        all[0] = "Content-Length: " + body.length();
        System.arraycopy(fields, 0, all, 1, fields.length);
        return Tus.request(line, all) + body;
    }

    static String patch(String name, long offset, String body, String... fields) {
        List<String> all = new ArrayList<>(List.of("Content-Type: application/partial-upload",
                "Upload-Offset: " + offset, "Content-Length: " + body.length()));
        all.addAll(List.of(fields));
        return Tus.request("PATCH /a.txt?upload=" + name, all.toArray(new String[0])) + body;
    }

    /** The name of an upload that a PUT has begun, whose body may be the beginning of it. */
    static String begin(UploadServer server, String body, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of("Upload-Complete: ?0"));
        all.addAll(List.of(fields));
        try (UploadClient client = server.connect()) {
            String answer = client.send(put(body, all.toArray(new String[0]))).answer();
            assertEquals("201", Tus.status(answer), answer);
            return client.name();
        }
    }

    static String head(UploadServer server, String name, String... fields) throws IOException {
        return server.ask(Tus.request("HEAD /a.txt?upload=" + name, fields));
    }

    static String stable(String answer) {
        return answer.replaceAll("max-age=\\d+", "max-age=AGE").replaceAll("expires=\\d+",
                "expires=AGE");
    }

    static void assertStatus(String code, String complete, String answer) {
        assertEquals(code, Tus.status(answer), answer);
        assertEquals(complete, Tus.field(answer, "Upload-Complete"), answer);
    }
}
