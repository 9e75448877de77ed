package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.RawRequest;
import io.millrace.app.cli.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of uploads that take several requests, as the flags have them. */
class UploadFlagsTest {

    @TempDir
    private Path temp;

    /** The response to the beginning of an upload of so many bytes. */
    private static String begin(String url, int bytes) throws Exception {
        return RawRequest.send(url, "POST /up HTTP/1.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: "
                + bytes + "\r\n", "");
    }

    @Test
    void numberAndSizeHaveTheFlagsBounds() throws Exception {
        try (ServeRun run = new ServeRun(temp)) {
            String url = run.start("--max-uploads 1 --max-upload-bytes 10");
            assertEquals(413, RawRequest.status(begin(url, 11)));
            assertEquals(201, RawRequest.status(begin(url, 10)));
            assertEquals(503, RawRequest.status(begin(url, 1)));
        }
    }

    @Test
    void uploadExpiresAfterTheTimeOfTheFlag() throws Exception {
        try (ServeRun run = new ServeRun(temp)) {
            String url = run.start("--upload-expiry 300d");
            Instant from = Instant.now();
            Instant expires = ZonedDateTime.parse(
                    RawRequest.field(begin(url, 1), "Upload-Expires"),
                    DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration after = Duration.between(from, expires);
            assertTrue(after.compareTo(Duration.ofDays(299)) > 0, after::toString);
            assertTrue(after.compareTo(Duration.ofDays(301)) < 0, after::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--upload-expiry=999ms | --upload-expiry must be in [1s, 8760h]: 999ms",
        "--upload-expiry=366d | --upload-expiry must be in [1s, 8760h]: 366d",
        "--max-uploads=0 | --max-uploads must be a number in [1, 1000000]: 0",
        "--max-uploads=1000001 | --max-uploads must be a number in [1, 1000000]: 1000001"})
    void valueBeyondABoundIsRefused(String flag, String message) {
        CommandException refused = assertThrows(CommandException.class,
                () -> ServeFlags.FLAGS.parse(List.of(flag)));
        assertEquals(message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--upload-expiry=1s", "--upload-expiry=365d", "--max-uploads=1",
        "--max-uploads=1000000", "--max-upload-bytes=1"})
    void valueAtABoundIsTaken(String flag) throws Exception {
        UploadFlags.check(ServeFlags.FLAGS.parse(List.of(flag)));
    }
}
