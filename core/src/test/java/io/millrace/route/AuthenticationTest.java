package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {

    private static final Handler WHO =
            request -> Response.text(Authentication.user(request) + " " + request.target());

    private static final Handler BASIC = Authentication.basic("files",
            Map.of("ann", "a:\u00e9", "bob", "")).around(WHO);
    private static final Handler BEARER = Authentication.bearer("files",
            Map.of("backup", "s3cret+/~=", "phone", "other")).around(WHO);

    private static Response ask(Handler handler, String... fields) throws Exception {
        return Told.by(handler, Request.of("GET", "/a", fields));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(
                pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String challenge, Response response) {
        assertEquals(Status.UNAUTHORIZED, response.status());
        assertEquals(challenge, response.headers().first("WWW-Authenticate"));
    }

    @Test
    void nameAndPasswordLetInAndTellTheHandlerWhoItIs() throws Exception {
        assertEquals("ann /a", Told.text(ask(BASIC, "Authorization", basic("ann:a:\u00e9"))));
        assertEquals("bob /a", Told.text(ask(BASIC, "Authorization", basic("bob:"))));
        assertEquals("ann /a", Told.text(ask(BASIC, "Authorization",
                "bASIC  " + basic("ann:a:\u00e9").substring(6))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann:a:e", "ann:", "ann", "", ":", "bob:a:\u00e9", "bob: ",
        "ANN:a:\u00e9", "ann:a:\u00e9\u0000"})
    void wrongNameOrPasswordIsChallenged(String pair) throws Exception {
        assertRefused("Basic realm=\"files\", charset=\"UTF-8\"",
                ask(BASIC, "Authorization", basic(pair)));
    }

    @Test
    void missingOrMalformedBasicIsChallenged() throws Exception {
        String challenge = "Basic realm=\"files\", charset=\"UTF-8\"";
        assertRefused(challenge, ask(BASIC));
        assertRefused(challenge, ask(BASIC, "Authorization", ""));
        assertRefused(challenge, ask(BASIC, "Authorization", "Basic"));
        assertRefused(challenge, ask(BASIC, "Authorization", "Basic %%%"));
        assertRefused(challenge, ask(BASIC, "Authorization", "Bearer s3cret+/~="));
    }

    @Test
    void tokenLetsInAndTellsTheHandlerWhoseItIs() throws Exception {
        assertEquals("backup /a",
                Told.text(ask(BEARER, "Authorization", "Bearer s3cret+/~=")));
        assertEquals("phone /a", Told.text(ask(BEARER, "authorization", "bearer other")));
    }

    @Test
    void missingTokenIsChallengedWithoutAnErrorAndAWrongOneWithIt() throws Exception {
        String challenge = "Bearer realm=\"files\"";
        assertRefused(challenge, ask(BEARER));
        assertRefused(challenge, ask(BEARER, "Authorization", "Bearers3cret+/~="));
        assertRefused(challenge, ask(BEARER, "Authorization", basic("ann:a:\u00e9")));
        for (String wrong : new String[] {"s3cret+/~", "s3cret+/~==", "S3CRET+/~=", "othe",
            "others", "other other"}) {
            assertRefused(challenge + ", error=\"invalid_token\"",
                    ask(BEARER, "Authorization", "Bearer " + wrong));
        }
    }

    @Test
    void secondAuthorizationIsNotPickedFrom() throws Exception {
        assertRefused("Bearer realm=\"files\"", ask(BEARER,
                "Authorization", "Bearer other", "Authorization", "Bearer other"));
    }

    @Test
    void requestThatNoFilterHasSeenHasNoUser() {
        assertNull(Authentication.user(Request.of("GET", "/")));
    }

    @Test
    void mistakesAreRefusedWhenTheFilterIsMade() {
        for (String realm : new String[] {"a\"b", "a\\b", "a\nb"}) {
            assertThrows(IllegalArgumentException.class,
                    () -> Authentication.basic(realm, Map.of()));
            assertThrows(IllegalArgumentException.class,
                    () -> Authentication.bearer(realm, Map.of()));
        }
        for (String token : new String[] {"", " ", "a b", "=", "a=b", "\u00e9"}) {
            assertThrows(IllegalArgumentException.class,
                    () -> Authentication.bearer("files", Map.of("x", token)));
        }
        assertThrows(IllegalArgumentException.class,
                () -> Authentication.basic("files", Map.of("a:b", "c")));
        assertThrows(IllegalArgumentException.class,
                () -> Authentication.basic("files", Map.of("a", "b\nc")));
    }
}
