package io.millrace.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {

    private static List<Grant> of(AccessRules rules, String user, String token) throws Exception {
        return rules.of(user, MessageDigest.getInstance("SHA-256")
                .digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean allows(AccessRules rules, String token, Right right, String path)
            throws Exception {
        return of(rules, null, token).stream().anyMatch(grant -> grant.allows(right, path));
    }

    // What a file may say.

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "\n# all rights\n  secret  \r\n", "\uFEFFsecret"})
    void tokenAloneMayDoEverything(String text) throws Exception {
        AccessRules rules = AccessRules.parse(text);
        for (Right right : Right.values()) {
            for (String path : List.of("", "a", "a/", "a/b")) {
                assertTrue(allows(rules, "secret", right, path));
                assertFalse(allows(rules, "secre", right, path));
            }
        }
        assertNull(of(rules, "anybody", "secret").get(0).name());
        assertEquals(1, rules.size());
        assertFalse(rules.isOpen());
    }

    @Test
    void linesGrantRightsAtPrefixes() throws Exception {
        AccessRules rules = AccessRules.parse("""
                # The build server.
                ci \t s3cret rw /builds/

                ci s3cret l
                drop in w /in%20box/ü/
                admin a:#b dlwr /
                """);
        assertEquals(4, rules.size());
        assertEquals("ci", of(rules, null, "s3cret").get(0).name());
        assertTrue(allows(rules, "s3cret", Right.READ, "builds/x"));
        assertTrue(allows(rules, "s3cret", Right.WRITE, "builds/x/y"));
        assertTrue(allows(rules, "s3cret", Right.LIST, ""));
        assertFalse(allows(rules, "s3cret", Right.DELETE, "builds/x"));
        assertFalse(allows(rules, "s3cret", Right.READ, "other"));
        assertTrue(allows(rules, "in", Right.WRITE, "in box/ü/x"));
        assertFalse(allows(rules, "in", Right.READ, "in box/ü/x"));
        assertTrue(allows(rules, "a:#b", Right.DELETE, "x"));
    }

    @ParameterizedTest
    @CsvSource({"team/a, true", "team/, true", "team/a/, true", "team/a/b, true", "team, false",
        "teams/a, false", "teama, false", "Team/a, false", "'', false", "x/team/a, false"})
    void prefixIsComparedBySegments(String path, boolean allowed) throws Exception {
        AccessRules rules = AccessRules.parse("x y r /team/");
        assertEquals(allowed, allows(rules, "y", Right.READ, path));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | there is no token",
        "'# only this' | there is no token",
        "'#secret' | there is no token",
        "'a SECRET r;SECRET' | line 2: a token alone must be the only line",
        "'SECRET;SECRET' | line 1: a token alone must be the only line",
        "'x SECRET' | line 1: the line must have 3 or 4 words",
        "';#;x SECRET r /a/ SECRET' | line 3: the line must have 3 or 4 words",
        "'x SECRET r # SECRET' | line 1: the line must have 3 or 4 words",
        "'x r SECRET' | line 1: the third word must be rights",
        "'x SECRET rr' | line 1: the third word must be rights",
        "'x SECRET rwx' | line 1: the third word must be rights",
        "'x SECRET R' | line 1: the third word must be rights",
        "'x SECRET r SECRET' | line 1: a prefix must begin and end with a slash",
        "'x SECRET r /SECRET' | line 1: a prefix must begin and end with a slash",
        "'x SECRET r SECRET/' | line 1: a prefix must begin and end with a slash",
        "'x SECRET r //' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a//b/' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a/./' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a/%2e%2E/' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a%2fSECRET/' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a\\SECRET/' | line 1: a prefix must not have empty segments",
        "'x SECRET r /a%/' | line 1: a prefix can't be decoded: malformed percent-encoding",
        "'x SECRET r /%ff/' | line 1: a prefix can't be decoded",
        "'x SECRETü r' | line 1: a token must be 1 to 4096 visible ASCII",
        "'SECRETü' | line 1: a token must be 1 to 4096 visible ASCII",
        "'a:b SECRET r' | line 1: a name must be 1 to 255 visible characters without a colon",
        "'a SECRET r;;b SECRET r' | line 3: the token has another name already",
    })
    void malformedLineIsNamedByItsNumberAndNotRepeated(String lines, String message) {
        String refused = assertThrows(IllegalArgumentException.class,
                () -> AccessRules.parse(lines.replace(';', '\n'))).getMessage();
        assertTrue(refused.startsWith(message), refused);
        assertFalse(refused.contains("SECRET"), refused);
        assertEquals(1, refused.lines().count());
    }

    // Tokens and names.

    @Test
    void nameMayHaveTwoTokensWhileOneReplacesAnother() throws Exception {
        AccessRules rules = AccessRules.parse("ci old r\nci new rw\n");
        assertTrue(allows(rules, "old", Right.READ, "a"));
        assertFalse(allows(rules, "old", Right.WRITE, "a"));
        assertTrue(allows(rules, "new", Right.WRITE, "a"));
        assertEquals(1, of(rules, "ci", "old").size());
        assertEquals(1, of(rules, "ci", "new").size());
    }

    @Test
    void userThatIsANameNeedsItsToken() throws Exception {
        AccessRules rules = AccessRules.parse("alice a r\nbob b r\n");
        assertEquals("alice", of(rules, "alice", "a").get(0).name());
        assertEquals(List.of(), of(rules, "alice", "b"));
        assertEquals(List.of(), of(rules, "bob", "a"));
        assertEquals("bob", of(rules, "Alice", "b").get(0).name());
        assertEquals("bob", of(rules, "", "b").get(0).name());
        assertEquals("bob", of(rules, null, "b").get(0).name());
    }

    @Test
    void tokenAndNameMayBeAsLongAsSaid() {
        AccessRules.token("x".repeat(4096));
        assertThrows(IllegalArgumentException.class, () -> AccessRules.token("x".repeat(4097)));
        AccessRules none = AccessRules.none();
        none.grant("n".repeat(255), "x", EnumSet.of(Right.READ), "/");
        for (String name : List.of("", "n".repeat(256), "a b", "a\u00a0b", "a\nb", "a:b")) {
            assertThrows(IllegalArgumentException.class,
                    () -> none.grant(name, "x", EnumSet.of(Right.READ), "/"));
        }
        assertThrows(IllegalArgumentException.class,
                () -> none.grant("n", "x", EnumSet.noneOf(Right.class), "/"));
        none.grant("n", "x", EnumSet.of(Right.READ), "/" + "p".repeat(4094) + "/");
        assertThrows(IllegalArgumentException.class, () -> none.grant("n", "x",
                EnumSet.of(Right.READ), "/" + "p".repeat(4095) + "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\tb", "a\u007f", "a\u0000", "a\u00e9", "a\n"})
    void tokenOfOtherThanVisibleCharactersIsRefused(String token) {
        assertThrows(IllegalArgumentException.class, () -> AccessRules.token(token));
    }

    @Test
    void grantsAreAtMost1024() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1024; i++) {
            lines.append("n t r /").append(i).append("/\n");
        }
        assertEquals(1024, AccessRules.parse(lines.toString()).size());
        lines.append("n t r /1024/\n");
        assertEquals("line 1025: there must be at most 1024 grants",
                assertThrows(IllegalArgumentException.class,
                        () -> AccessRules.parse(lines.toString())).getMessage());
    }

    @Test
    void rulesOfTheSameGrantsAreEqual() {
        AccessRules rules = AccessRules.parse("a t r /x/\nb u w\n");
        assertEquals(rules, AccessRules.none().grant("a", "t", EnumSet.of(Right.READ), "/x/")
                .grant("b", "u", EnumSet.of(Right.WRITE), "/"));
        for (String other : List.of("a t r /x/", "a t r /y/\nb u w", "a t w /x/\nb u w",
                "c t r /x/\nb u w", "a t r /x/\nb v w", "t")) {
            assertNotEquals(rules, AccessRules.parse(other));
        }
        assertNotEquals(AccessRules.open(), AccessRules.none());
    }

    @Test
    void rulesShowNoToken() {
        assertEquals("AccessRules[1 grants]", AccessRules.token("secret").toString());
        assertEquals("AccessRules[open]", AccessRules.open().toString());
    }

    @Test
    void withoutGrantsNoTokenIsKnown() throws Exception {
        assertEquals(List.of(), of(AccessRules.none(), null, ""));
        assertFalse(AccessRules.none().isOpen());
        assertTrue(AccessRules.open().isOpen());
        assertTrue(AccessRules.open().grant("a", "t", EnumSet.of(Right.READ), "/x/").isOpen());
    }
}
