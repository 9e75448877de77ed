package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which format an Accept asks for. */
class AcceptedFormatTest {

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "APPLICATION/JSON", "application/json;q=0.001",
        "application/json, text/plain, */*", "application/*", "text/html;q=0.5,application/json",
        "application/json;q=0.9, text/html;q=0.8", "text/html;q=0, */*",
        "application/json;charset=utf-8", "text/*, application/json", " , application/json ,",
        "application/json;q=1.000;a=b"})
    void json(String accept) {
        assertTrue(AcceptedFormat.isJson(Headers.of("Accept", accept)), accept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/json, text/html", "text/html, application/json", "application/json;q=0",
        "application/json;q=0, */*", "image/png", "application/json;q=2", "application/json;q=x",
        "application/json;q=0.0000", "application/json;q=0.5, text/html;q=0.6", ";", ";;q", "/",
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, "
                + "text/html; q=0.01", "application/jsonl"})
    void html(String accept) {
        assertFalse(AcceptedFormat.isJson(Headers.of("Accept", accept)), accept);
    }

    @Test
    void linesAreOneList() {
        assertFalse(AcceptedFormat.isJson(Headers.of()));
        assertTrue(AcceptedFormat.isJson(
                Headers.of("Accept", "text/html;q=0.1", "Accept", "application/json")));
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.2, false", "0.2, 0.1, true", "0.001, 0, true", "1, 0.999, true"})
    void weightDecides(String json, String html, boolean isJson) {
        assertEquals(isJson, AcceptedFormat.isJson(Headers.of("Accept",
                "application/json;q=" + json + ",text/html; Q=" + html)));
    }
}
