package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemDetailsTest {

    private static final ProblemDetails CONFLICT = ProblemDetails.of(Status.CONFLICT);

    private static String text(Response response) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        response.body().read(0, bytes);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    @Test
    void statusAloneHasItsReasonAsTitle() {
        assertEquals("{\"title\":\"Conflict\",\"status\":409}", CONFLICT.toJson());
        assertEquals("{\"status\":499}", ProblemDetails.of(Status.of(499)).toJson());
    }

    @Test
    void titleOfATypeIsTheApplications() {
        assertEquals("{\"type\":\"/problems/full\",\"status\":409}",
                CONFLICT.type("/problems/full").toJson());
        assertEquals("{\"type\":\"/problems/full\",\"title\":\"Full.\",\"status\":409}",
                CONFLICT.title("Full.").type("/problems/full").toJson());
    }

    @Test
    void membersOfTheRfcComeFirst() {
        assertEquals("{\"type\":\"urn:x:full\",\"title\":\"Full.\",\"status\":409,"
                + "\"detail\":\"No \\\"room\\\".\",\"instance\":\"/rooms/5\","
                + "\"id\":5,\"free_rooms\":[{\"id\":6,\"nice\":true}],\"none\":null}",
                CONFLICT.with("id", 4).instance("/rooms/5").detail("No \"room\".")
                        .with("free_rooms", List.of(new TreeMap<>(
                                Map.of("id", 6, "nice", true))))
                        .title("Full.").type("urn:x:full").with("none", null).with("id", 5)
                        .toJson());
    }

    @Test
    void changeLeavesTheOriginalAsItWas() {
        List<Integer> list = new ArrayList<>(List.of(1));
        ProblemDetails problem = CONFLICT.with("list", list);
        list.add(2);
        assertEquals("{\"title\":\"Conflict\",\"status\":409}", CONFLICT.toJson());
        assertEquals("{\"title\":\"Conflict\",\"status\":409,\"list\":[1]}", problem.toJson());
    }

    @Test
    void responseIsOfItsStatusAndMediaType() throws IOException {
        Response response = CONFLICT.detail("\u00fc").response();
        assertEquals("409 Conflict [Content-Type, application/problem+json]", response.toString());
        assertEquals("{\"title\":\"Conflict\",\"status\":409,\"detail\":\"\u00fc\"}",
                text(response));
    }

    @Test
    void exceptionIsThatResponse() throws IOException {
        HttpException refusal = CONFLICT.exception();
        assertEquals(CONFLICT.toJson(), refusal.getMessage());
        assertEquals(CONFLICT.toJson(), text(refusal.response()));
        assertSame(Status.CONFLICT, refusal.status());
        assertTrue(refusal.hasResponse());
        IOException cause = new IOException();
        assertSame(cause, CONFLICT.exception(cause).getCause());
    }

    @Test
    void refusalBecomesAProblemAndKeepsItsFields() throws IOException {
        HttpException refusal = new HttpException(Status.TOO_MANY_REQUESTS, "slow down",
                Headers.of("Retry-After", "5"));
        Response response = refusal.response().with(ProblemDetails.of(refusal));
        assertEquals("{\"title\":\"Too Many Requests\",\"status\":429,\"detail\":\"slow down\"}",
                text(response));
        assertEquals("5", response.headers().first("Retry-After"));
        assertEquals(List.of("application/problem+json"), response.headers().all("Content-Type"));
        HttpException page = new HttpException(Response.html("no").with(Status.GONE));
        assertFalse(ProblemDetails.of(page).toJson().contains("detail"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "title", "status", "detail", "instance", "", "1a", "_a", "a-b",
        "a b", "\u00fc", "a\u0131", "a\"", "\u0161"})
    void nameThatIsNotTheApplicationsToUseIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> CONFLICT.with(name, 1));
    }

    @Test
    void nameHasLettersDigitsAndUnderscores() {
        assertEquals("{\"title\":\"Conflict\",\"status\":409,\"aZ_09\":1,\"Z\":2}",
                CONFLICT.with("aZ_09", 1).with("Z", 2).toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "%", "http://[", "a\nb"})
    void otherTextThanAUriIsRefused(String uri) {
        assertThrows(IllegalArgumentException.class, () -> CONFLICT.type(uri));
        assertThrows(IllegalArgumentException.class, () -> CONFLICT.instance(uri));
    }

    @Test
    void charactersAtTheLimitAreAcceptedAndOneMoreRefused() {
        int room = ProblemDetails.MAX_CHARS - CONFLICT.detail("").with("a", "").toJson().length();
        String half = "x".repeat(room / 2);
        String rest = "x".repeat(room - half.length());
        assertEquals(ProblemDetails.MAX_CHARS,
                CONFLICT.detail(half).with("a", rest).toJson().length());
        assertThrows(IllegalArgumentException.class,
                () -> CONFLICT.detail(half).with("a", rest + "x"));
        assertThrows(IllegalArgumentException.class,
                () -> CONFLICT.with("a", rest).detail(half + "x"));
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> ProblemDetails.of((Status) null));
        assertThrows(NullPointerException.class, () -> ProblemDetails.of((HttpException) null));
        assertThrows(NullPointerException.class, () -> CONFLICT.type(null));
        assertThrows(NullPointerException.class, () -> CONFLICT.title(null));
        assertThrows(NullPointerException.class, () -> CONFLICT.detail(null));
        assertThrows(NullPointerException.class, () -> CONFLICT.instance(null));
        assertThrows(NullPointerException.class, () -> CONFLICT.with(null, 1));
    }
}
