package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.app.MainRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderLinesTest {

    @Test
    void commasWithinAValueStay() {
        assertEquals(List.of("Accept: text/html, text/plain", "X-A: 1"),
                HeaderLines.TYPE.read("Accept: text/html, text/plain,X-A: 1"));
        assertEquals(List.of("X-From: http://a,http://b", "X-A: 1"),
                HeaderLines.TYPE.read("X-From: http://a,http://b,X-A: 1"));
    }

    @Test
    void fieldsAreSentWithEachRequestAndHostReplacesItsOwn() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(
                "HTTP/1.1 204 No Content\r\n\r\n")) {
            assertEquals(0, MainRun.of("load", server.url(), "--method", "DELETE", "--requests",
                    "1", "--header", "Authorization: Bearer X", "--header", "host: example.org")
                    .exitCode());
            assertEquals(List.of("DELETE /load-0 HTTP/1.1\r\nHost: example.org\r\n"
                    + "Authorization: Bearer X\r\n\r\n"), server.heads());
        }
    }
}
