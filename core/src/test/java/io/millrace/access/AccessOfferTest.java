package io.millrace.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.Logged;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted of refusals, offered to those who read, and sent with pages of clients. */
class AccessOfferTest {

    private static final AccessRules RULES = AccessRules.parse("""
            alice a rwdl
            bob b w /b/
            """);

    private static AccessControl control(AccessRules rules, boolean openReads) {
        return new AccessControl(rules, openReads, Duration.ZERO);
    }

    private static RequestHead get(String authorization) {
        return authorization == null ? Request.of("GET", "/x")
                : Request.of("GET", "/x", "Authorization", authorization);
    }

    @Test
    void refusalsAreCountedByTheirReason() throws Exception {
        AccessControl control = control(RULES, false);
        control.caller(get(null));
        try (Logged logged = new Logged(AccessControl.class)) {
            control.caller(get("Bearer wrong"));
            control.caller(get("Bearer wrong"));
            assertEquals(1, logged.lines().size());
        }
        Caller bob = control.caller(get("Bearer b"));
        assertNull(control.refuse(bob, "b/x", Right.WRITE));
        for (int i = 0; i < 3; i++) {
            assertSame(AccessRefusals.FORBIDDEN,
                    control.refuse(bob, "b/x", Right.WRITE, Right.DELETE));
        }
        assertEquals(1, control.missingTokens());
        assertEquals(2, control.wrongTokens());
        assertEquals(3, control.forbidden());
    }

    private static Set<Right> offered(AccessControl control, String authorization, String path) {
        RequestHead request = get(authorization);
        Caller offered = control.offered(request, control.caller(request));
        EnumSet<Right> rights = EnumSet.allOf(Right.class);
        rights.removeIf(right -> offered.refuse(right, path) != null);
        return rights;
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-, b/x, 'READ WRITE DELETE LIST'", "Bearer wrong, b/x, 'READ WRITE DELETE LIST'",
        "Bearer b, b/x, 'READ WRITE LIST'", "Bearer b, x, 'READ LIST'",
        "Basic Ojpi, x, 'READ WRITE DELETE LIST'", "Basic OmI=, b/x, 'READ WRITE LIST'"})
    void openReadsOfferWhatTheTokenMayDoOrWithoutOneAnyToken(String authorization, String path,
            String rights) {
        AccessControl control = control(RULES, true);
        assertEquals(rights, String.join(" ", offered(control, authorization, path).stream()
                .map(Right::name).toList()));
        assertEquals(0, control.wrongTokens() + control.missingTokens());
    }

    @Test
    void otherRulesOfferWhatTheCallerMayDo() {
        assertEquals(Set.of(Right.WRITE), offered(control(RULES, false), "Bearer b", "b/x"));
        assertEquals(EnumSet.allOf(Right.class),
                offered(control(AccessRules.open(), true), null, "x"));
        AccessControl opened = control(RULES, true);
        Caller reader = opened.caller(get(null));
        opened.rules(AccessRules.open());
        assertSame(reader, opened.offered(get(null), reader));
    }

    @Test
    void pageOfAClientIsInASandboxAsLongAsATokenProtectsTheOthers() {
        AccessControl control = control(RULES, false);
        PageSandbox sandbox = new PageSandbox(control, true);
        Response page = Response.text("x").with("Content-Type", "text/html");
        String field = "Content-Security-Policy";
        assertEquals("sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts",
                sandbox.on(page).headers().first(field));
        assertEquals(Status.OK, sandbox.on(page).status());
        Response own = page.with(field, "default-src 'self'");
        assertSame(own, sandbox.on(own));
        Response pdf = page.with("Content-Type", "application/PDF");
        assertSame(pdf, sandbox.on(pdf));
        assertSame(page, new PageSandbox(control, false).on(page));
        control.rules(AccessRules.open());
        assertSame(page, sandbox.on(page));
    }
}
