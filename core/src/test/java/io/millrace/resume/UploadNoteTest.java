package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Headers;
import io.millrace.resume.UploadNote.Dialect;
import io.millrace.resume.UploadNote.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The note that survives the process: read back as written, and nothing else is read. */
class UploadNoteTest {

    private static final String WRITTEN = """
            millrace upload 1
            dialect TUS
            interop 0
            kind WHOLE
            length 5
            created 1000
            verified -1
            metadata filename YQ==
            concat\s
            field If-None-Match *
            field Content-Type text/plain; x="\u00e9"
            end
            """;

    private static UploadNote note() {
        return new UploadNote(Dialect.TUS, 0, Kind.WHOLE, 5, 1000, UploadNote.ALL,
                "filename YQ==", "", Headers.of("If-None-Match", "*", "Content-Type",
                        "text/plain; x=\"\u00e9\""));
    }

    private static UploadNote parse(String text) throws IOException {
        return UploadNote.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void formThatIsKeptStaysTheSame() {
        assertEquals(WRITTEN, new String(note().bytes(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void noteIsReadAsItWasWritten() throws IOException {
        UploadNote read = parse(WRITTEN);
        assertEquals(WRITTEN, new String(read.bytes(), StandardCharsets.ISO_8859_1));
        assertEquals("*", read.fields().first("If-None-Match"));
        UploadNote draft = new UploadNote(Dialect.DRAFT, 8, Kind.FINAL, -1, 0, 7, "", "final;/a",
                Headers.empty());
        assertEquals(draft, UploadNote.parse(draft.bytes()));
    }

    @Test
    void noteThatIsCutAnywhereIsRefused() {
        for (int length = 0; length < WRITTEN.length(); length++) {
            String cut = WRITTEN.substring(0, length);
            assertThrows(IOException.class, () -> parse(cut), cut);
        }
        assertThrows(IOException.class, () -> parse(WRITTEN + "\n"));
    }

    @ParameterizedTest
    @CsvSource({"upload 1, upload 2", "TUS, tus", "interop 0, interop x", "WHOLE, HALF",
        "length 5, length -2", "length 5, length", "created 1000, created 1e3",
        "field If-None-Match *, field If-None-Match", "field If-None-Match *, field If( *",
        "verified -1, verify -1"})
    void otherNoteIsRefused(String from, String to) {
        assertThrows(IOException.class, () -> parse(WRITTEN.replace(from, to)));
    }

    @Test
    void bytesThatWereNotComparedDoNotCount() {
        assertEquals(5, note().offset(5));
        assertEquals(3, note().withVerified(3).offset(5));
        assertEquals(2, note().withVerified(3).offset(2));
    }

    @Test
    void bytesBeyondTheLengthDoNotCount() {
        assertEquals(5, note().offset(6));
        UploadNote unknown = new UploadNote(Dialect.DRAFT, 8, Kind.WHOLE, -1, 0, UploadNote.ALL,
                "", "", Headers.empty());
        assertEquals(6, unknown.offset(6));
    }
}
