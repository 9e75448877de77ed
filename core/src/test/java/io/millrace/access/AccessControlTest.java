package io.millrace.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.WrappedRequest;
import io.millrace.server.Logged;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {

    private static final AccessRules RULES = AccessRules.parse("""
            alice a:1 rwdl
            bob b r /b/
            """);

    /** Waits that no time ends, in the order in which they began. */
    private final List<CompletableFuture<Response>> waits = new ArrayList<>();
    private final List<Runnable> whenGone = new ArrayList<>();

    private Logged logged;

    @BeforeEach
    void listen() throws ReflectiveOperationException {
        logged = new Logged(AccessControl.class);
    }

    @AfterEach
    void stopListening() throws ReflectiveOperationException {
        logged.close();
    }

    private AccessControl control(AccessRules rules, boolean openReads) {
        return new AccessControl(rules, openReads, new Delays((wait, response) -> waits.add(wait)));
    }

    private static Caller caller(AccessControl control, String... authorizations) {
        String[] fields = new String[2 * authorizations.length];
        for (int i = 0; i < authorizations.length; i++) {
            fields[2 * i] = "Authorization";
            fields[2 * i + 1] = authorizations[i];
        }
        return control.caller(Request.of("PUT", "/x", fields));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertMissing(Caller caller) {
        assertEquals(Status.UNAUTHORIZED, caller.refusal().status());
        assertEquals(List.of("Bearer realm=\"millrace\"",
                "Basic realm=\"millrace\", charset=\"UTF-8\""),
                caller.refusal().headers().all("WWW-Authenticate"));
        assertSame(caller.refusal(), caller.refuse(Right.WRITE, "x"));
        assertNull(caller.name());
    }

    // Credentials.

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "a:1", "Digest username=\"alice\"", "Negotiate YTox",
        "Bearera:1", "Basic", "Token a:1"})
    void otherSchemeIsNoToken(String authorization) { // RFC 9110 s11.6.1, RFC 6750 s3.1
        AccessControl control = control(RULES, false);
        assertMissing(caller(control, authorization));
        assertMissing(caller(control));
        assertEquals(0, control.wrongTokens());
    }

    @Test
    void ofTwoFieldsNeitherCounts() {
        AccessControl control = control(RULES, false);
        assertMissing(caller(control, "Bearer a:1", "Bearer a:1"));
        assertMissing(caller(control, "Bearer a:1", basic("alice:a:1")));
        assertEquals(0, control.wrongTokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a:1", "bearer a:1", "BEARER   a:1 "})
    void bearerIsTheToken(String authorization) { // RFC 6750 s2.1
        Caller caller = caller(control(RULES, false), authorization);
        assertNull(caller.refusal());
        assertEquals("alice", caller.name());
    }

    // RFC 7617 s2: the first colon ends the user, the password may have more, case counts.
    @ParameterizedTest
    @CsvSource({"alice:a:1, alice", ":a:1, alice", "x:a:1, alice", "Älice:a:1, alice",
        "bob:b, bob", ":b, bob", "BOB:b, bob", "bob :b, bob"})
    void basicHasTheTokenAsPassword(String pair, String name) {
        Caller caller = caller(control(RULES, false), basic(pair));
        assertNull(caller.refusal());
        assertEquals(name, caller.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob:a:1", "alice:b", "alice:a", "alice:", ":", "alice", "b", "a:1",
        "x:B", "x: b", "x:b "})
    void basicWithAnotherPasswordIsWrong(String pair) {
        AccessControl control = control(RULES, false);
        assertWrong(control, basic(pair));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a", "Bearer A:1", "Bearer a:1x", "Bearer alice:a:1",
        "Bearer a:1 x", "Basic *", "Basic a:1", "Bearer alice"})
    void anythingElseIsWrong(String authorization) {
        assertWrong(control(RULES, false), authorization);
    }

    private void assertWrong(AccessControl control, String authorization) {
        Response refusal = caller(control, authorization).refusal();
        assertEquals(1, control.wrongTokens());
        assertFalse(refusal.stage().toCompletableFuture().isDone());
        waits.get(0).complete(AccessRefusals.WRONG);
        Response known = refusal.stage().toCompletableFuture().join();
        assertEquals(Status.UNAUTHORIZED, known.status());
        assertEquals(List.of("Bearer realm=\"millrace\", error=\"invalid_token\"",
                "Basic realm=\"millrace\", charset=\"UTF-8\""),
                known.headers().all("WWW-Authenticate"));
    }

    // What is allowed.

    @Test
    void withoutTheRightIs403OfTheSameWords() { // RFC 6750 s3.1
        Caller bob = caller(control(RULES, false), "Bearer b");
        assertNull(bob.refuse(Right.READ, "b/x"));
        for (Response refusal : List.of(bob.refuse(Right.WRITE, "b/x"),
                bob.refuse(Right.READ, "b"), bob.refuse(Right.READ, "c/x"),
                bob.refuse(Right.LIST, ""))) {
            assertEquals(Status.FORBIDDEN, refusal.status());
            assertSame(AccessRefusals.FORBIDDEN, refusal);
            assertEquals("Bearer realm=\"millrace\", error=\"insufficient_scope\"",
                    refusal.headers().first("WWW-Authenticate"));
        }
    }

    @Test
    void openRulesLetEveryRequestDoEverything() {
        Caller caller = caller(control(AccessRules.open(), false), "Bearer nonsense");
        assertNull(caller.refusal());
        for (Right right : Right.values()) {
            assertNull(caller.refuse(right, "x/y"));
        }
    }

    @Test
    void openReadsNeedNoTokenAndNoRightOne() {
        AccessControl control = control(RULES, true);
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            for (String[] fields : new String[][] {{}, {"Authorization", "Bearer b"},
                {"Authorization", "Bearer wrong"}}) {
                Caller caller = control.caller(Request.of(method, "/x", fields));
                assertNull(caller.refusal());
                assertNull(caller.refuse(Right.READ, "c"));
                assertNull(caller.refuse(Right.LIST, ""));
                assertEquals(Status.FORBIDDEN, caller.refuse(Right.WRITE, "c").status());
            }
        }
        assertEquals(0, control.wrongTokens());
        assertMissing(control.caller(Request.of("PUT", "/x")));
        assertMissing(control.caller(Request.of("get", "/x")));
    }

    @Test
    void replacedRulesHoldFromTheNextRequestOn() {
        AccessControl control = control(RULES, false);
        Caller before = caller(control, "Bearer a:1");
        AccessRules next = AccessRules.token("c");
        control.rules(next);
        assertSame(next, control.rules());
        assertNull(before.refuse(Right.DELETE, "x"));
        assertWrong(control, "Bearer a:1");
        assertNull(caller(control, "Bearer c").refusal());
    }

    // Delays.

    @Test
    void wrongTokensBeyond1024WaitNotAtAll() {
        AccessControl control = control(RULES, false);
        for (int i = 0; i < Delays.MAX_WAITING; i++) {
            assertFalse(isKnown(caller(control, "Bearer x").refusal()));
        }
        assertTrue(isKnown(caller(control, "Bearer x").refusal()));
        waits.get(500).complete(AccessRefusals.WRONG);
        assertFalse(isKnown(caller(control, "Bearer x").refusal()));
        assertTrue(isKnown(caller(control, "Bearer x").refusal()));
        assertEquals(Delays.MAX_WAITING + 3, control.wrongTokens());
    }

    @Test
    void wrongTokensAreLoggedOnceASecondWithoutTheToken() {
        AccessControl control = control(RULES, false);
        for (int i = 0; i < 100; i++) {
            caller(control, basic("eve:guess" + i));
        }
        assertTrue(logged.lines().size() < 50, logged.lines().toString());
        assertEquals("wrong token: request refused with 401", logged.lines().get(0));
        assertEquals(100, control.wrongTokens());
    }

    @Test
    void clientThatLeavesGivesItsPlaceBack() {
        Delays delays = new Delays((wait, response) -> waits.add(wait));
        Response refusal = delays.later(AccessRefusals.WRONG, new Leaving());
        assertEquals(1, delays.waiting());
        whenGone.get(0).run();
        assertEquals(0, delays.waiting());
        assertTrue(isKnown(refusal));
        waits.get(0).complete(AccessRefusals.WRONG); // the timer, late
        assertEquals(0, delays.waiting());
    }

    @Test
    void refusalThatFindsNoTimerIsSentAtOnceAndTakesNoPlace() {
        Delays delays = new Delays((wait, response) -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        Response refusal = delays.later(AccessRefusals.WRONG, new Leaving());
        assertSame(AccessRefusals.WRONG, refusal.stage().toCompletableFuture().getNow(null));
        assertEquals(0, delays.waiting());
    }

    @Test
    void placeIsGivenBackBeforeTheResponseIsKnown() {
        Delays delays = new Delays((wait, response) -> waits.add(wait));
        Response refusal = delays.later(AccessRefusals.WRONG, Request.of("GET", "/x"));
        List<Integer> waiting = new ArrayList<>();
        refusal.stage().thenRun(() -> waiting.add(delays.waiting()));
        waits.get(0).complete(AccessRefusals.WRONG);
        assertEquals(List.of(0), waiting);
    }

    @Test
    void delayIsTheOneAskedFor() throws Exception {
        assertTrue(isKnown(new Delays(Duration.ZERO).later(AccessRefusals.WRONG, new Leaving())));
        Delays delays = new Delays(Duration.ofMillis(50));
        long startNs = System.nanoTime();
        Response refusal = delays.later(AccessRefusals.WRONG, new Leaving());
        assertSame(AccessRefusals.WRONG,
                refusal.stage().toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertTrue(System.nanoTime() - startNs >= 50_000_000);
        assertEquals(0, delays.waiting());
    }

    private static boolean isKnown(Response response) {
        return response.stage() == null || response.stage().toCompletableFuture().isDone();
    }

    /** A request whose client can be made to leave. */
    private final class Leaving extends WrappedRequest {

        Leaving() {
            super(Request.of("GET", "/x"));
        }

        @Override
        public void whenGone(Runnable action) {
            whenGone.add(action);
        }
    }

    private static String userOf(String token) {
        RequestNotes notes = RequestNotes.kept();
        RequestHead request = Request.of("PUT", "/x", "Authorization", "Bearer " + token);
        new AccessControl(RULES, false, Duration.ZERO).caller(new WrappedRequest(request) {
            @Override
            public RequestNotes notes() {
                return notes;
            }
        });
        return notes.user();
    }

    @Test
    void nameOfTheTokenIsNotedAsTheUser() {
        assertEquals("bob", userOf("b"));
    }

    @Test
    void wrongTokenNotesNoUser() {
        assertNull(userOf("c"));
    }
}
