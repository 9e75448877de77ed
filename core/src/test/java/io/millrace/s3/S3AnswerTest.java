package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3AnswerTest {

    @ParameterizedTest
    @CsvSource({"199, false", "200, true", "299, true", "300, false"})
    void successIs2xx(int status, boolean isSuccess) {
        assertEquals(isSuccess, EngineAnswers.of(status).isSuccess());
    }

    @Test
    void fieldsOfOneNameAreJoined() {
        S3Answer answer = EngineAnswers.of(200, "A: b", "A: c", "D: ");
        assertEquals("b, c", answer.field("a"));
        assertNull(answer.field("d"));
        assertNull(answer.field("e"));
    }

    @ParameterizedTest
    @CsvSource({"aws-chunked, ", "'aws-chunked,gzip', gzip", "'gzip, aws-chunked', gzip",
        "'gzip , aws-chunked,br', 'gzip ,br'", "gzip, gzip"})
    void codingOfARequestIsNoneOfTheObject(String sent, String kept) {
        assertEquals(kept, EngineAnswers.of(200, "Content-Encoding: " + sent)
                .field("content-encoding"));
        assertEquals(sent, EngineAnswers.of(200, "Other: " + sent).field("other"));
    }

    @Test
    void tagOfTheBodyGoesBeforeThatOfTheFields() {
        S3Answer answer = EngineAnswers.withBody(200, "ETag: \"e\"", "Content-Length: 5");
        assertEquals("\"e\"", answer.etag());
        assertSame(answer, answer.withEtag(""));
        S3Answer other = answer.withEtag("\"f\"");
        assertEquals("\"f\"", other.etag());
        assertEquals(5, other.length());
        assertEquals(200, other.status());
        assertSame(answer.body(), other.body());
    }

    @Test
    void answerWithoutABodyHasNoneToReadOrDiscard() {
        S3Answer none = EngineAnswers.of(404);
        assertFalse(none.hasBody());
        assertThrows(IllegalStateException.class, none::body);
        none.discard();
        S3Answer some = EngineAnswers.withBody(200);
        assertTrue(some.hasBody());
        some.discard();
        StreamEnds.Reader reader = new StreamEnds.Reader(false);
        some.body().subscribe(reader);
        assertTrue(reader.failure instanceof IllegalStateException, "it has been given up");
    }
}
