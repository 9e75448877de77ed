package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.engine.Holds;
import io.millrace.content.Validators;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which conditions an engine can decide, and what becomes of the others after a look. */
class WriteConditionTest {

    private static final Validators TAGGED = new Validators("\"e\"", 0);

    private static WriteCondition of(String... fields) throws HttpException {
        return WriteCondition.of(Request.of("PUT", "/a", fields));
    }

    /** The kind: by what it tells. */
    private static String kind(WriteCondition condition) {
        return condition.isNone() ? "none" : condition.isOfNew() ? "absent"
                : condition.isOfPresent() ? "etag" : condition.needsLook() ? "look" : "?";
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            If-None-Match; *;                                              absent
            If-None-Match; "e";                                            look
            If-Match;      "e";                                            etag
            If-Match;      "";                                             etag
            If-Match;      *;                                              look
            If-Match;      W/"e";                                          look
            If-Match;      "e", "f";                                       look
            If-Match;      "\u00e4";                                       look
            If-Unmodified-Since; Sun, 06 Nov 1994 08:49:37 GMT;            look
            If-Unmodified-Since; yesterday;                                none
            If-Modified-Since;   Sun, 06 Nov 1994 08:49:37 GMT;            none
            """)
    void engineDecidesAboutOneStrongTagAndAboutAbsence(String field, String value, String kind)
            throws HttpException {
        assertEquals(kind, kind(of(field, value)));
    }

    @Test
    void severalConditionsNeedALookUnlessTheDateIsIgnored() throws HttpException {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assertEquals("look", kind(of("If-Match", "\"e\"", "If-None-Match", "*")));
        assertEquals("look", kind(of("If-None-Match", "*", "If-Unmodified-Since", date)));
        assertEquals("etag", kind(of("If-Match", "\"e\"", "If-Unmodified-Since", date)));
        assertEquals("absent", kind(of("If-None-Match", "*", "If-Unmodified-Since", "x")));
        assertEquals("look", kind(of("If-Match", "\"e\"", "If-Match", "\"f\"")));
    }

    @Test
    void fieldsSayToTheEngineWhatTheClientHasSaid() throws HttpException {
        assertEquals(Map.of(), of().fields());
        assertEquals(Map.of("If-None-Match", "*"), of("If-None-Match", "*").fields());
        assertEquals(Map.of("If-Match", "\"e\""), of("If-Match", "\"e\"").fields());
        WriteCondition look = of("If-Match", "*");
        assertThrows(IllegalStateException.class, look::fields);
    }

    @Test
    void lookPinsTheConditionToWhatItHasSeen() throws HttpException {
        WriteCondition any = of("If-Match", "*");
        assertEquals(Map.of("If-Match", "\"e\""), any.seen(TAGGED).fields());
        assertEquals(412, assertThrows(HttpException.class, () -> any.seen(null)).status().code());
        WriteCondition other = of("If-None-Match", "\"f\"");
        assertEquals(Map.of("If-None-Match", "*"), other.seen(null).fields());
        assertEquals(Map.of("If-Match", "\"e\""), other.seen(TAGGED).fields());
        assertEquals(412, assertThrows(HttpException.class,
                () -> other.seen(new Validators("\"f\"", 0))).status().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "W/\"e\""})
    void objectWithoutAStrongTagCanNotBePinned(String tag) throws HttpException {
        WriteCondition any = of("If-None-Match", "\"f\"");
        assertEquals(502, assertThrows(HttpException.class,
                () -> any.seen(new Validators(tag.isEmpty() ? null : tag, 0))).status().code());
    }

    @Test
    void conditionHoldsOfWhatItNames() throws HttpException {
        WriteCondition none = of();
        assertTrue(none.holdsOf(null) && none.holdsOf(TAGGED));
        WriteCondition absent = of("If-None-Match", "*");
        assertTrue(absent.holdsOf(null));
        assertFalse(absent.holdsOf(TAGGED));
        WriteCondition tagged = of("If-Match", "\"e\"");
        assertTrue(tagged.holdsOf(TAGGED));
        assertFalse(tagged.holdsOf(new Validators("\"f\"", 0)));
        assertFalse(tagged.holdsOf(new Validators(null, 0)));
        assertFalse(tagged.holdsOf(null));
    }

    private static Holds holds(boolean create, boolean replace, boolean complete) {
        return new Holds(true, create, replace, false, complete, true, true);
    }

    private static String refused(Response response) {
        return response == null ? "" : Integer.toString(response.status().code());
    }

    @ParameterizedTest
    @CsvSource({"true, true, true, '', '', '', ''", "false, true, true, '', 501, '', 501",
        "true, false, true, '', '', 501, 501", "true, true, false, '', '', '', ''"})
    void conditionIsRefusedIfTheEngineDoesNotHoldItsKind(boolean create, boolean replace,
            boolean complete, String none, String absent, String tagged, String look)
            throws HttpException {
        Holds holds = holds(create, replace, complete);
        assertEquals(none, refused(of().refuse(holds, false)));
        assertEquals(absent, refused(of("If-None-Match", "*").refuse(holds, false)));
        assertEquals(tagged, refused(of("If-Match", "\"e\"").refuse(holds, false)));
        assertEquals(look, refused(of("If-Match", "*").refuse(holds, false)));
    }

    @Test
    void conditionOfAnObjectInPartsIsRefusedIfTheirEndDoesNotHoldIt() throws HttpException {
        Holds all = holds(true, true, true);
        Holds unheld = holds(true, true, false);
        assertNull(of().refuse(unheld, true));
        assertNull(of("If-None-Match", "*").refuse(all, true));
        assertEquals("501", refused(of("If-None-Match", "*").refuse(unheld, true)));
        assertEquals("503", refused(of("If-None-Match", "*").refuse(Holds.UNKNOWN, true)));
    }
}
