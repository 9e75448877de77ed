package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;

import java.util.ArrayList;
import java.util.List;

/** The request target in its four forms (RFC 9112 s3.2). */
final class TargetVectors {

    private static final String ORIGIN = "RFC 9112 s3.2.1";
    private static final String ABSOLUTE = "RFC 9112 s3.2.2";
    private static final String AUTHORITY = "RFC 9112 s3.2.3";
    private static final String ASTERISK = "RFC 9112 s3.2.4";

    private TargetVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        origin(vectors);
        absolute(vectors);
        others(vectors);
        return vectors;
    }

    private static WireVector takes(String name, String section, String target, String echo) {
        return served(name, section, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n",
                ok("GET " + echo));
    }

    private static WireVector refuses(String name, String section, String target) {
        return refused(name, section, 400, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static void origin(List<WireVector> to) {
        to.add(takes("pathAndQueryAreTold", ORIGIN, "/a/b?c=d", "/a/b?c=d"));
        to.add(takes("emptyQueryIsAQuery", ORIGIN, "/a?", "/a?"));
        to.add(takes("secondQuestionMarkBelongsToTheQuery", ORIGIN, "/a?b?c", "/a?b?c"));
        to.add(takes("emptySegmentsAreKept", ORIGIN, "//a//b/", "//a//b/"));
        to.add(takes("dotSegmentsAreTheHandlersMatter", ORIGIN, "/a/../b/.", "/a/../b/."));
        to.add(takes("percentEncodingStaysEncoded", ORIGIN, "/%41%2f%00", "/%41%2f%00"));
        to.add(takes("encodedLineEndStaysEncoded", ORIGIN, "/a%0d%0aX-A:%20b", "/a%0d%0aX-A:%20b"));
        to.add(takes("halfPercentEncodingIsTheHandlersMatter", ORIGIN, "/%4", "/%4"));
        to.add(takes("percentWithoutDigitsIsTheHandlersMatter", ORIGIN, "/%zz", "/%zz"));
        to.add(takes("everyPathCharacterIsTaken", "RFC 3986 s3.3",
                "/azAZ09-._~!$&'()*+,;=:@%20", "/azAZ09-._~!$&'()*+,;=:@%20"));
        to.add(takes("everyQueryCharacterIsTaken", "RFC 3986 s3.4",
                "/?azAZ09-._~!$&'()*+,;=:@/?%20", "/?azAZ09-._~!$&'()*+,;=:@/?%20"));
        to.add(takes("charactersThatBrowsersLeaveAloneAreTaken", "RFC 3986 s2",
                "/a[]|^{}`?[]|^{}`", "/a[]|^{}`?[]|^{}`"));
        to.add(takes("quotesAndBracketsAreToldEncoded", "RFC 3986 s2.1", "/\"a\"<b>?\"c\"<d>",
                "/%22a%22%3Cb%3E?%22c%22%3Cd%3E"));
        to.add(takes("jsonInTheQueryIsTaken", "RFC 3986 s2.1",
                "/?f={\"a\":[1,2],\"b\":\"c\\d\"}", "/?f={%22a%22:[1,2],%22b%22:%22c%5Cd%22}"));
        to.add(takes("backslashInThePathIsToldEncoded", "RFC 3986 s2.1", "/..\\a\\b?c\\d",
                "/..%5Ca%5Cb?c%5Cd"));
        to.add(takes("utf8InThePathIsToldEncoded", "RFC 3986 s2.5", "/caf\303\251/\360\237\217\201",
                "/caf%C3%A9/%F0%9F%8F%81"));
        to.add(takes("utf8InTheQueryIsToldEncoded", "RFC 3986 s2.5", "/a?caf\303\251",
                "/a?caf%C3%A9"));
        to.add(takes("encodedAndRawBytesAreToldAlike", "RFC 3986 s2.5", "/%c3\251%C3%A9",
                "/%c3%A9%C3%A9"));
        to.add(takes("bytesThatAreNotUtf8AreTheHandlersMatter", "RFC 3986 s2.5", "/\300\257?\351",
                "/%C0%AF?%E9"));
        to.add(takes("utf8InTheAbsoluteFormIsToldEncoded", "RFC 3986 s2.5",
                "http://h/\303\251?\303\251", "/%C3%A9?%C3%A9"));
        to.add(served("rawAndEncodedPathsInTurnAreToldApart", "RFC 3986 s2.1",
                ("GET /a\" HTTP/1.1\r\nHost: h\r\n\r\n" + "GET /a' HTTP/1.1\r\nHost: h\r\n\r\n")
                        .repeat(2), ok("GET /a%22"), ok("GET /a'"), ok("GET /a%22"),
                ok("GET /a'")));
        to.add(takes("uriInTheQueryIsTaken", ORIGIN, "/?u=http://x/y", "/?u=http://x/y"));
        to.add(takes("colonInTheFirstSegmentIsTaken", ORIGIN, "/a:b", "/a:b"));
        to.add(refuses("fragmentIsRefused", ORIGIN, "/a#b"));
        to.add(refuses("fragmentBehindAQueryIsRefused", ORIGIN, "/a?b#"));
        for (int c = 0; c <= 0x20; c++) {
            if (c != ' ') {
                to.add(refuses("control 0x" + WireVectors.hex(c) + " in the target is refused",
                        ORIGIN, "/a" + (char) c + "b"));
            }
        }
        for (int c : new int[] {0x80, 0xa0, 0xe9, 0xff}) {
            to.add(takes("byte 0x" + WireVectors.hex(c) + " in the target is told encoded", ORIGIN,
                    "/" + (char) c + "?" + (char) c, String.format("/%%%1$02X?%%%1$02X", c)));
        }
        to.add(refuses("deleteInThePathIsRefused", ORIGIN, "/\177"));
        to.add(refuses("deleteInTheQueryIsRefused", ORIGIN, "/?\177"));
        to.add(refuses("rawBytesInTheHostOfATargetAreRefused", "RFC 3986 s3.2.2",
                "http://caf\303\251/"));
        to.add(refuses("rawBytesInPlaceOfAPathAreRefused", ORIGIN, "\303\251"));
        to.add(refuses("quoteInPlaceOfAPathIsRefused", ORIGIN, "\"/\""));
        to.add(refuses("pathWithoutASlashIsRefused", ORIGIN, "a"));
        to.add(refuses("queryWithoutAPathIsRefused", ORIGIN, "?a"));
        to.add(refuses("exclamationMarkAsATargetIsRefused", ORIGIN, "!"));
        to.add(refuses("dotAsATargetIsRefused", ORIGIN, "../a"));
        to.add(refuses("backslashAsATargetIsRefused", ORIGIN, "\\"));
    }

    private static void absolute(List<WireVector> to) {
        to.add(takes("absoluteFormIsTaken", ABSOLUTE, "http://h/a?b", "/a?b"));
        to.add(takes("absoluteFormWinsOverHost", ABSOLUTE, "http://other:81/authority",
                "/authority other:81"));
        to.add(takes("hostIsTheAuthorityOfAPath", "RFC 9112 s3.3", "/authority",
                "/authority h"));
        to.add(takes("absoluteFormWithoutAPathMeansTheRoot", ABSOLUTE, "http://h", "/"));
        to.add(takes("absoluteFormWithAQueryAlone", ABSOLUTE, "http://h?b", "/?b"));
        to.add(takes("absoluteFormOfHttpsIsTaken", ABSOLUTE, "https://h/a", "/a"));
        to.add(takes("schemeComparesWithoutCase", "RFC 3986 s3.1", "HtTp://H/a", "/a"));
        to.add(takes("absoluteFormWithAPort", ABSOLUTE, "http://h:8080/", "/"));
        to.add(takes("absoluteFormWithAnEmptyPort", "RFC 3986 s3.2.3", "http://h:/", "/"));
        to.add(takes("absoluteFormWithAnIpv6Literal", "RFC 3986 s3.2.2", "http://[::1]:80/a",
                "/a"));
        to.add(refused("absoluteFormWithoutHostIsRefused", "RFC 9112 s3.2", 400,
                "GET http://h/ HTTP/1.1\r\n\r\n"));
        to.add(refused("absoluteFormWithAMalformedHostIsRefused", "RFC 9112 s3.2", 400,
                "GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n"));
        to.add(refused("absoluteFormWithTwoHostsIsRefused", "RFC 9112 s3.2", 400,
                "GET http://h/ HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"));
        to.add(refuses("userInformationInTheTargetIsRefused", "RFC 9110 s4.2.4",
                "http://u:p@h/"));
        to.add(refuses("emptyUserInformationInTheTargetIsRefused", "RFC 9110 s4.2.4",
                "http://@h/"));
        to.add(refuses("emptyHostInTheTargetIsRefused", "RFC 9110 s4.2.1", "http:///a"));
        to.add(refuses("portWithoutAHostInTheTargetIsRefused", "RFC 9110 s4.2.1", "http://:80/"));
        to.add(refuses("portOfLettersInTheTargetIsRefused", "RFC 3986 s3.2.3", "http://h:x/"));
        to.add(refuses("signedPortInTheTargetIsRefused", "RFC 3986 s3.2.3", "http://h:+80/"));
        to.add(refuses("portBeyond65535InTheTargetIsRefused", "RFC 9110 s4.2.1",
                "http://h:65536/"));
        to.add(refuses("unclosedIpv6LiteralInTheTargetIsRefused", "RFC 3986 s3.2.2",
                "http://[::1/"));
        to.add(refuses("fragmentInTheAbsoluteFormIsRefused", ABSOLUTE, "http://h/#a"));
        to.add(refuses("fragmentBehindTheAuthorityIsRefused", ABSOLUTE, "http://h#a"));
        to.add(refuses("otherSchemeIsRefused", "RFC 9110 s7.4", "ftp://h/a"));
        to.add(refuses("schemeWithoutAnAuthorityIsRefused", ABSOLUTE, "http:/a"));
        to.add(refuses("schemeAloneIsRefused", ABSOLUTE, "http:"));
        to.add(refuses("networkPathWithoutASchemeIsRefused", ABSOLUTE, "://h/a"));
        to.add(refuses("backslashesBehindTheSchemeAreRefused", ABSOLUTE, "http:\\\\h\\a"));
        to.add(refuses("backslashInTheAuthorityIsRefused", ABSOLUTE, "http://h\\a/"));
        to.add(refuses("uriOfAnotherKindIsRefused", ABSOLUTE, "urn:a:b"));
    }

    private static void others(List<WireVector> to) {
        to.add(served("optionsOfTheServerIsServed", ASTERISK,
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", ok("OPTIONS *")));
        to.add(served("optionsOfAPathIsServed", "RFC 9110 s9.3.7",
                "OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n", ok("OPTIONS /a")));
        for (String method : List.of("GET", "HEAD", "PUT", "POST", "DELETE", "TRACE", "options")) {
            to.add(refused("asteriskWith " + method + " is refused", ASTERISK, 400,
                    method + " * HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        to.add(refused("asteriskWithMoreIsRefused", ASTERISK, 400,
                "OPTIONS *a HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("asteriskWithAQueryIsRefused", ASTERISK, 400,
                "OPTIONS *?a HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refuses("authorityFormWithGetIsRefused", AUTHORITY, "h:443"));
        to.add(refuses("hostNameAsATargetIsRefused", AUTHORITY, "www.example.org"));
        to.add(refused("connectIsNotImplemented", "RFC 9110 s9.3.6", 501,
                "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"));
        to.add(refused("connectWithAnotherHostIsNotImplemented", "RFC 9110 s9.3.6", 501,
                "CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("connectToAnIpv6LiteralIsNotImplemented", "RFC 9110 s9.3.6", 501,
                "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"));
        to.add(refused("connectToAPathIsRefused", AUTHORITY, 400,
                "CONNECT /a HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("connectWithoutAPortIsRefused", "RFC 9110 s9.3.6", 400,
                "CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("connectWithAnEmptyPortIsRefused", "RFC 9110 s9.3.6", 400,
                "CONNECT h: HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("connectToAUriIsRefused", AUTHORITY, 400,
                "CONNECT http://h:443/ HTTP/1.1\r\nHost: h:443\r\n\r\n"));
        to.add(refused("whatFollowsConnectIsNotARequest", "RFC 9110 s9.3.6", 501,
                "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n" + WireVectors.NEXT));
    }
}
