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
        assertTrue(AcceptedFormat.of(Headers.of("Accept", accept)).isJson(), accept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/json, text/html", "text/html, application/json", "application/json;q=0",
        "application/json;q=0, */*", "image/png", "application/json;q=2", "application/json;q=x",
        "application/json;q=0.0000", "application/json;q=0.5, text/html;q=0.6", ";", ";;q", "/",
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, "
                + "text/html; q=0.01", "application/jsonl"})
    void html(String accept) {
        assertFalse(AcceptedFormat.of(Headers.of("Accept", accept)).isJson(), accept);
    }

    // What Chromium, Firefox, Safari, lynx and a screen reader's text browser send, and HTML alone.
    @ParameterizedTest
    @ValueSource(strings = {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
        + "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
        "TEXT/HTML", "text/html;q=0.5, */*;q=0.5"})
    void pageForBrowsers(String accept) {
        assertTrue(AcceptedFormat.of(Headers.of("Accept", accept)).isPage(), accept);
    }

    // What curl, wget and pip send, and JSON before HTML.
    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "text/*", "text/*, */*;q=0.1", "application/json",
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, "
                + "text/html; q=0.01", "text/html;q=0", "text/html;q=x", "application/xhtml+xml",
        "text/html;q=0.5, application/json;q=0.6", "text/html;q=0.5, */*;q=0.501"})
    void noPageForPrograms(String accept) {
        assertFalse(AcceptedFormat.of(Headers.of("Accept", accept)).isPage(), accept);
    }

    @Test
    void linesAreOneList() {
        assertFalse(AcceptedFormat.of(Headers.of()).isJson());
        assertTrue(AcceptedFormat.of(
                Headers.of("Accept", "text/html;q=0.1", "Accept", "application/json")).isJson());
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.2, false", "0.2, 0.1, true", "0.001, 0, true", "1, 0.999, true"})
    void weightDecides(String json, String html, boolean isJson) {
        assertEquals(isJson, AcceptedFormat.of(Headers.of("Accept",
                "application/json;q=" + json + ",text/html; Q=" + html)).isJson());
    }
}
