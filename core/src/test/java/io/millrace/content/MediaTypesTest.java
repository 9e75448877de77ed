package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {

    @ParameterizedTest
    @CsvSource({
        "a.txt, text/plain; charset=utf-8", "A.TXT, text/plain; charset=utf-8",
        ".md, text/markdown; charset=utf-8", "x.csv, text/csv; charset=utf-8",
        "x.log, text/plain; charset=utf-8", "x.ics, text/calendar; charset=utf-8",
        "x.html, text/html; charset=utf-8", "x.htm, text/html; charset=utf-8",
        "x.css, text/css; charset=utf-8", "x.js, text/javascript; charset=utf-8",
        "x.mjs, text/javascript; charset=utf-8", "x.vtt, text/vtt; charset=utf-8",
        "x.jsonl, application/jsonl", "x.jsonld, application/ld+json",
        "a.tar.gz, application/gzip", "x.m3u8, application/vnd.apple.mpegurl",
        "x.ts, video/mp2t", "x.mpd, application/dash+xml", "x.m4s, video/iso.segment",
        "x.webmanifest, application/manifest+json", "x.yml, application/yaml",
        "x.mov, video/quicktime", "x.opus, audio/ogg", "x.pom, application/xml",
        "x.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "x.exe, application/vnd.microsoft.portable-executable", "x.7z, application/x-7z-compressed",
        "x.parquet, application/vnd.apache.parquet", "x.json, application/json",
        "x.png, image/png", "x, application/octet-stream", "x., application/octet-stream",
        "'', application/octet-stream", "x.unheardof, application/octet-stream",
        "x.a very long ending, application/octet-stream",
    })
    void typeFollowsFromTheEnding(String name, String type) {
        assertEquals(type, MediaTypes.of(name));
    }
}
