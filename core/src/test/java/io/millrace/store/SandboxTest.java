package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import java.io.IOException;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages that clients have stored. A browser sends the token of Basic with whatever a page asks for.
 */
class SandboxTest extends GuardedStore {

    private String policy(String key) throws IOException {
        String response = send("GET " + key, "Authorization: Bearer all\r\n");
        assertEquals(200, status(response), response);
        int start = response.indexOf("\r\nContent-Security-Policy: ");
        return start < 0 ? null : response.substring(response.indexOf(": ", start) + 2,
                response.indexOf("\r\n", start + 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/html;charset=utf-8", "image/svg+xml", "text/xml",
        "multipart/x-mixed-replace;boundary=b", "application/pdf, text/html", "text/plain"})
    void pageOfAClientThatMayWriteHasNoReadersToken(String type) throws IOException {
        start(Contract.HTTP, rules(EnumSet.of(Right.WRITE), "/team/"));
        assertEquals(201, status(send("PUT /team/page", "Authorization: Bearer t0ken\r\n",
                "Content-Type: " + type + "\r\n")));
        assertEquals("sandbox allow-downloads allow-forms allow-modals allow-popups "
                + "allow-scripts", policy("/team/page"));
        assertEquals(policy("/team/page"), policy("/team/page"), "from memory");
        assertTrue(send("GET /team/page", "Authorization: Bearer all\r\n", "Range: bytes=1-\r\n")
                .contains("\r\nContent-Security-Policy: sandbox "));
    }

    @Test
    void pageOfAnObjectByItsNameHasNoReadersToken() throws IOException {
        start(StoreOptions.builder().token("all"));
        assertEquals(201, status(send("PUT /x.svg", "Authorization: Bearer all\r\n")));
        assertTrue(policy("/x.svg").startsWith("sandbox "));
    }

    // Browsers show none in a sandbox, and run nothing of it as a page.
    @Test
    void pdfIsShown() throws IOException {
        start(StoreOptions.builder().token("all"));
        assertEquals(201, status(send("PUT /x.pdf", "Authorization: Bearer all\r\n")));
        assertNull(policy("/x.pdf"));
    }

    @Test
    void pageIsKeptFromTokensThatAStoreHasGotSinceItsStart() throws IOException {
        start(StoreOptions.builder());
        assertNull(policy("/a"));
        assertNull(policy("/a"), "in memory from here on");
        store.access(AccessRules.token("all"));
        assertTrue(policy("/a").startsWith("sandbox "));
        assertEquals(policy("/a"), policy("/a"));
        store.access(AccessRules.open());
        assertEquals(201, status(send("PUT /new")));
        assertNull(policy("/new"));
    }

    @Test
    void pageThatNeedsNoTokenOrThatNoClientHasWrittenRunsAsItIs() throws IOException {
        start(StoreOptions.builder().token("all").openReads(true));
        assertNull(policy("/a"));
        start(StoreOptions.builder().token("all").readOnly(true));
        assertNull(policy("/a"));
        start(StoreOptions.builder());
        assertNull(policy("/a"));
        start(StoreOptions.builder().access(AccessRules.open()));
        assertNull(policy("/a"));
    }
}
