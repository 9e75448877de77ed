package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostRulesTest {

    private static ParsedHead parsed(String head) {
        try {
            return new RequestParser(new Limits(16_384, 8192, 100, Long.MAX_VALUE, 256))
                    .parse(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (HttpException e) {
            return fail(head, e);
        }
    }

    private static boolean allows(HostRules rules, String host) {
        return rules.allow(parsed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    }

    private static HostRules only(String... names) {
        return HostRules.forNames(List.of(names));
    }

    @ParameterizedTest
    @CsvSource({"example.org, example.org", "example.org, EXAMPLE.Org:8080",
            "Example.Org, example.org.", "example.org., example.org", "a, a:80",
            "*.example.org, a.example.org", "*.Example.org, B.EXAMPLE.ORG:1", "*.org, a.org",
            "10.0.0.1, 10.0.0.1:80", "[2001:DB8::1], [2001:db8:0:0:0:0:0:1]:80",
            "[::ffff:10.0.0.1], [::ffff:a00:1]", "[::ffff:10.0.0.1], 10.0.0.1",
            "10.0.0.1, [::FFFF:10.0.0.1]", "[v1.A], [V1.a]", "*, example.org", "*, [::1]",
            "*, 10.0.0.1", "a%2eb, a%2Eb"})
    void listedHostIsAllowed(String name, String host) {
        assertTrue(HostRules.isName(name));
        assertTrue(allows(only("other", name), host));
    }

    @ParameterizedTest
    @CsvSource({"example.org, a.example.org", "example.org, example.com", "example.org, localhost",
            "example.org, 127.0.0.1", "example.org, [::1]", "example.org, h",
            "*.example.org, example.org", "*.example.org, .example.org",
            "*.example.org, a.b.example.org", "*.example.org, aexample.org",
            "example.org, example.org..", "10.0.0.1, 10.0.0.2", "[::1], [::2]", "a, b"})
    void otherHostIsNotAllowedHoweverOften(String name, String host) {
        HostRules rules = only("other", name);
        assertFalse(allows(rules, host));
        assertFalse(allows(rules, host));
        assertTrue(allows(rules, "other"));
        assertFalse(allows(rules, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*.", "a.*", "*a.org", "*.*.org", "**", "a:80", "a:", ":80", "::1",
            "[::1]:80", "[::1", "*.[::1]", "*.[V1.x]", "*.0.0.1", "*.1", "http://a", "a/b", "a b",
            " a", "u@a", "caf\u00e9.example", "\u65e5.example", "[1.2.3.4]", "%4"})
    void whatIsNoNameIsRefused(String name) {
        assertFalse(HostRules.isName(name), name);
    }

    @Test
    void requestOfHttp10WithoutAHostIsAllowed() {
        for (HostRules rules : List.of(only("example.org"), HostRules.forThisMachine(() -> ""))) {
            assertTrue(rules.allow(parsed("GET / HTTP/1.0\r\n\r\n")));
            assertTrue(rules.allow(parsed("GET / HTTP/1.0\r\nHost:\r\n\r\n")));
            assertFalse(rules.allow(parsed("GET / HTTP/1.0\r\nHost: a.b\r\n\r\n")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "a.localhost", "a.b.localhost.",
        "127.0.0.1", "127.9.9.9:80", "[::1]", "[0:0::0:1]:80", "[::ffff:127.0.0.1]", "box",
        "box:80", "box."})
    void hostThatNoPublicDnsHasIsAllowedOnThisMachine(String host) {
        assertTrue(allows(HostRules.forThisMachine(() -> ""), host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.example.org", "127.0.0.1.example.org", "127.0.0.x",
        "127a.example.org", "10.0.0.1", "0.0.0.0", "[::2]", "[2001:db8::1]", "[v1.x]",
        "[::ffff:10.0.0.1]", "box%2eexample", "a%2Eorg", "evil.notlocalhost", ".org", "%6frg",
        "localhost.example.org", "example.org", "example.org.", "128.0.0.1", "1.127.0.1"})
    void hostThatAPageOfAnotherMayBeBehindIsNotAllowedOnThisMachine(String host) {
        assertFalse(allows(HostRules.forThisMachine(() -> "box.internal"), host));
    }

    @Test
    void everyHostIsAllowedWhereAllAre() {
        assertTrue(allows(HostRules.forEvery(), "example.org"));
        assertTrue(allows(HostRules.forEvery(), "[2001:db8::1]:80"));
    }

    @Test
    void nameOfTheMachineMayEndWithADot() {
        assertTrue(allows(HostRules.forThisMachine(() -> "Box.Example.org."),
                "box.example.org"));
    }

    @Test
    void nameOfTheMachineIsAllowedAndAskedForOnce() {
        AtomicInteger asked = new AtomicInteger();
        HostRules rules = HostRules.forThisMachine(() -> {
            asked.incrementAndGet();
            return "Box.Example.org";
        });
        assertTrue(allows(rules, "localhost"));
        assertEquals(0, asked.get());
        assertFalse(allows(rules, "example.org"));
        assertTrue(allows(rules, "box.example.ORG:80"));
        assertFalse(allows(rules, "a.box.example.org"));
        assertEquals(1, asked.get());
    }

    @Test
    void hostThatWasAllowedDoesNotLetTheNextOneThrough() {
        HostRules rules = only("example.org");
        assertTrue(allows(rules, "example.org:80"));
        assertTrue(allows(rules, "example.org:80"));
        for (String other : List.of("example.com:80", "xample.org:80", "example", "example.or")) {
            assertFalse(allows(rules, other), other);
        }
        assertTrue(allows(rules, "example.org"));
        assertFalse(allows(rules, "example.com:80"));
    }

    @Test
    void targetInAbsoluteFormIsWhatCounts() {
        HostRules rules = only("example.org");
        assertTrue(rules.allow(parsed("GET http://example.org HTTP/1.1\r\nHost: a\r\n\r\n")));
        assertFalse(rules.allow(parsed("GET http://a/ HTTP/1.1\r\nHost: example.org\r\n\r\n")));
    }
}
