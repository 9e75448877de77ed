package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredFieldsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a=1 | {a=1}",
        "a=1, b=2 | {a=1, b=2}",
        "a=1 ,\tb=-2.5 | {a=1, b=-2.5}",
        "a=:AAA=:;p=1;q;r=\"x\\\"y\", b=tok/en | {a=:AAA=:, b=tok/en}",
        "a, b;x | {a=?1, b=?1}",
        "a=?0 | {a=?0}",
        "a=1,a=2 | {a=2}",
        "sha-256=:/+9=:, *x_.-*=\"a, b\" | {sha-256=:/+9=:, *x_.-*=\"a, b\"}",
        "a=1; b=2 | {a=1}",
    })
    void membersAreReadInOrder(String text, String members) throws HttpException {
        assertEquals(members, StructuredFields.parse("Field", text).toString());
    }

    @Test
    void emptyFieldHasNoMembers() throws HttpException {
        assertEquals("{}", StructuredFields.parse("Field", "").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        ",", "a=1,", "a=1,,b=2", "A=1", "1=1", "a=", "a= 1", "a =1", "a=1 b=2", "a=:AA", "a=\"x",
        "a=(1 2)", "a=1;", "a=1;=2", "a=@1x,", "a=?", "=1", "a=\"x\\", "a=:AA::", "a=\u00e4",
    })
    void anythingElseIsRefused(String text) {
        HttpException refusal =
                assertThrows(HttpException.class, () -> StructuredFields.parse("Field", text));
        assertEquals(Status.BAD_REQUEST, refusal.status());
    }
}
