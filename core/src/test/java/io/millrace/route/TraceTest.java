package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Attribute;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of W3C Trace Context, in and out. */
class TraceTest {

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT_ID = "00f067aa0ba902b7";
    private static final String PARENT = "00-" + TRACE_ID + "-" + PARENT_ID + "-01";

    /** A request that keeps attributes and notes. */
    private static final class Kept extends WrappedRequest {

        private final Map<Attribute<?>, Object> attributes = new HashMap<>();
        private final RequestNotes notes = RequestNotes.kept();

        Kept(String... fields) {
            super(Request.of("GET", "/", fields));
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T attribute(Attribute<T> attribute) {
            return (T) attributes.get(attribute);
        }

        @Override
        public <T> void attribute(Attribute<T> attribute, T value) {
            attributes.put(attribute, value);
        }

        @Override
        public RequestNotes notes() {
            return notes;
        }
    }

    private static Trace trace(Filter filter, RequestHead request) throws Exception {
        Trace[] seen = new Trace[1];
        filter.around(inner -> {
            seen[0] = Trace.of(inner);
            return Response.text("");
        }).handle(request);
        return seen[0];
    }

    private static Trace trace(String... fields) throws Exception {
        return trace(Trace.filter(), new Kept(fields));
    }

    @Test
    void traceOfTheClientIsContinuedUnderAnIdentifierOfItsOwn() throws Exception {
        Trace trace = trace("traceparent", PARENT, "tracestate", "a=1,b=2");
        assertEquals(TRACE_ID, trace.traceId());
        assertEquals(PARENT_ID, trace.parentId());
        assertNotEquals(PARENT_ID, trace.spanId());
        assertTrue(trace.spanId().matches("[0-9a-f]{16}"));
        assertTrue(trace.isSampled());
        assertEquals("00-" + TRACE_ID + "-" + trace.spanId() + "-01", trace.traceparent());
        assertEquals("a=1,b=2", trace.tracestate());
    }

    @Test
    void requestWithoutATraceBeginsOne() throws Exception {
        Trace trace = trace("tracestate", "a=1");
        assertTrue(trace.traceId().matches("[0-9a-f]{32}"));
        assertNull(trace.parentId());
        assertNull(trace.tracestate()); // it belongs to a traceparent
        assertEquals("00-" + trace.traceId() + "-" + trace.spanId() + "-03", trace.traceparent());
        assertNotEquals(trace.traceId(), trace().traceId());
    }

    @Test
    void applicationDecidesWhichOfItsOwnTracesAreSampled() throws Exception {
        Filter none = Trace.filter(request -> false);
        assertFalse(trace(none, new Kept()).isSampled());
        assertTrue(trace(none, new Kept()).traceparent().endsWith("-02"));
        assertTrue(trace(none, new Kept("traceparent", PARENT)).isSampled());
    }

    @ParameterizedTest
    @CsvSource({
        "00, 00, false", "01, 01, true", "02, 02, false", "03, 03, true", "ff, 03, true",
        "fc, 00, false", "09, 01, true"
    })
    void flagsThatAreKnownArePassedOn(String flags, String passed, boolean sampled)
            throws Exception {
        Trace trace = trace("traceparent", "00-" + TRACE_ID + "-" + PARENT_ID + "-" + flags);
        assertEquals(TRACE_ID, trace.traceId());
        assertTrue(trace.traceparent().endsWith("-" + passed), trace.traceparent());
        assertEquals(sampled, trace.isSampled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"01-" + TRACE_ID + "-" + PARENT_ID + "-01",
        "cc-" + TRACE_ID + "-" + PARENT_ID + "-01-what-the-future-will-be-like",
        "fe-" + TRACE_ID + "-" + PARENT_ID + "-01-"})
    void laterVersionIsReadAsFarAsItIsKnown(String parent) throws Exception {
        Trace trace = trace("traceparent", parent);
        assertEquals(TRACE_ID, trace.traceId());
        assertTrue(trace.traceparent().startsWith("00-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", PARENT + "-", PARENT + "-x", PARENT + "0",
        "ff-" + TRACE_ID + "-" + PARENT_ID + "-01", "0-" + TRACE_ID + "-" + PARENT_ID + "-011",
        "cc-" + TRACE_ID + "-" + PARENT_ID + "-01.x", "0g-" + TRACE_ID + "-" + PARENT_ID + "-01",
        "00-00000000000000000000000000000000-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-" + PARENT_ID + "-0", "00-" + TRACE_ID + "-" + PARENT_ID + "-0g",
        "00-" + TRACE_ID + "-00f067aa0ba902bZ-01", "00_" + TRACE_ID + "-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "_" + PARENT_ID + "-01", "00-" + TRACE_ID + "-" + PARENT_ID + "_01"})
    void malformedParentBeginsANewTrace(String parent) throws Exception {
        Trace trace = trace("traceparent", parent, "tracestate", "a=1");
        assertNotEquals(TRACE_ID, trace.traceId());
        assertNull(trace.parentId());
        assertNull(trace.tracestate());
    }

    @Test
    void twoParentsAreNone() throws Exception {
        assertNull(trace("traceparent", PARENT, "traceparent", PARENT).parentId());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a=1 | a=1", "a=1,b=2 | a=1,b=2", "' a=1 , b=2 ' | a=1,b=2", "a=1,,b=2 | a=1,b=2",
        "t@v=x y | t@v=x y", "0a/b*c_d-e=~! | 0a/b*c_d-e=~!", "A=1 | ", "a | ", "a= | ", "=1 | ",
        "a=b=c | ", "a=\u00e9 | ", "'' | "
    })
    void stateIsPassedOnIfItIsWellFormed(String state, String passed) throws Exception {
        assertEquals(passed, trace("traceparent", PARENT, "tracestate", state).tracestate());
    }

    @Test
    void stateInSeveralLinesIsOneList() throws Exception {
        assertEquals("a=1,b=2", trace("traceparent", PARENT, "tracestate", "a=1", "tracestate",
                "b=2").tracestate());
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v")
                .collect(Collectors.joining(","));
    }

    @Test
    void stateOfThirtyTwoMembersIsPassedOnAndOneMoreIsMalformed() throws Exception {
        assertEquals(members(32),
                trace("traceparent", PARENT, "tracestate", members(32)).tracestate());
        assertNull(trace("traceparent", PARENT, "tracestate", members(33)).tracestate());
    }

    @Test
    void stateIsCutToWholeMembersOf512Characters() throws Exception {
        String first = "a=" + "x".repeat(200) + ",b=" + "x".repeat(200);
        String fits = first + ",c=" + "x".repeat(512 - first.length() - 3);
        assertEquals(512, fits.length());
        assertEquals(fits, trace("traceparent", PARENT, "tracestate", fits).tracestate());
        assertEquals(first, trace("traceparent", PARENT, "tracestate", fits + "x").tracestate());
    }

    @Test
    void identifiersAreNoted() throws Exception {
        Kept request = new Kept("traceparent", PARENT);
        Trace trace = trace(Trace.filter(), request);
        assertEquals(Map.of("trace_id", TRACE_ID, "span_id", trace.spanId(), "parent_id",
                PARENT_ID), request.notes().others());
        Kept first = new Kept();
        trace(Trace.filter(), first);
        assertEquals(2, first.notes().others().size());
    }

    @Test
    void requestThatPassedNoFilterHasNone() {
        assertNull(Trace.of(new Kept("traceparent", PARENT)));
    }

    @Test
    void filterWithinSeesTheTraceOfTheRequestThroughAWrapper() throws Exception {
        Kept request = new Kept("traceparent", PARENT);
        Trace[] seen = new Trace[1];
        Trace.filter().around(inner -> {
            seen[0] = Trace.of(new WrappedRequest(inner) { });
            return Response.text("");
        }).handle(request);
        assertSame(Trace.of(request), seen[0]);
    }
}
