package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.misdirected;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;

import java.util.ArrayList;
import java.util.List;

/** The field Host (RFC 9110 s7.2, RFC 9112 s3.2). */
final class HostVectors {

    private static final String HOST = "RFC 9112 s3.2";

    private HostVectors() {
    }

    private static String get(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        for (String host : List.of("h", "h.", "h:80", "h:", "h:0", "h:65535", "h:00080",
                "localhost", "LocalHost:8080", "localhost.", "a.localhost", "a.B.localhost.:80",
                "127.0.0.1", "127.0.0.1:8080", "127.255.255.254", "127.1", "[::1]", "[::1]:8080",
                "[0:0:0:0:0:0:0:1]", "[::0001]:", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "a_b",
                "a~b", "a!$&'()*+,;=b")) {
            vectors.add(served("host " + WireVectors.printable(host) + " is valid",
                    "RFC 9110 s7.2", get(host), ok("GET /")));
        }
        // Valid, too, and not this machine's.
        for (String host : List.of("example.org", "example.org.", "EXAMPLE.org:80",
                "localhost.example.org", "127.0.0.1.example.org", "127.0.0.1e", "127.example",
                "128.0.0.1", "126.255.255.255", "0.0.0.0", "192.168.0.1:8080", "alocalhost.a",
                ".localhost.a", ".", "..", "%41", "evil%2eorg", "localhost%2e",
                "xn--caf-dma.example", "%41.example", "*.example", "[2001:DB8::1]:", "[::]",
                "[::2]", "[1::]", "[1:2:3:4:5:6:7:8]", "[::1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7::]",
                "[1::3:4:5:6:7:8]", "[1:2:3:4:5:6:1.2.3.4]", "[::1.2.3.4]",
                "[1:2:3:4:5::1.2.3.4]", "[::ffff:128.0.0.1]", "[00ff:0:0:0:0:0:0:AbCd]",
                "[v1.a]", "[v0.a]", "[vF.a:b!]:80", "[V1.x]")) {
            vectors.add(misdirected("host " + WireVectors.printable(host) + " is misdirected",
                    get(host)));
        }
        vectors.add(misdirected("misdirectedPostIsNotHandled", "POST / HTTP/1.1\r\n"
                + "Host: example.org\r\nContent-Length: 5\r\n\r\nhello"));
        vectors.add(misdirected("misdirectedHeadHasNoBody",
                "HEAD / HTTP/1.1\r\nHost: example.org\r\n\r\n"));
        vectors.add(misdirected("optionsOfAnotherServerAreMisdirected",
                "OPTIONS * HTTP/1.1\r\nHost: example.org\r\n\r\n"));
        vectors.add(misdirected("absoluteFormOfAnotherHostIsMisdirected",
                "GET http://example.org/ HTTP/1.1\r\nHost: h\r\n\r\n"));
        vectors.add(served("absoluteFormOfThisMachineIsServed", "RFC 9112 s3.2.2",
                "GET http://h/ HTTP/1.1\r\nHost: example.org\r\n\r\n", ok("GET /")));
        vectors.add(served("requestsAroundAMisdirectedOneAreServed", "RFC 9110 s15.5.20",
                get("h") + get("example.org") + get("h"), ok("GET /"), WireAnswer.status(421),
                ok("GET /")));
        vectors.add(last("misdirectedHttp10Closes", "RFC 9110 s15.5.20",
                "GET / HTTP/1.0\r\nHost: example.org\r\n\r\n", WireAnswer.status(421)));
        for (String host : List.of("a b", "a\tb", "u@h", "u:p@h", "@h", "h/a", "/", "http://h",
                "h?a", "h#a", "h\\a", "\"h\"", "<h>", "h:x", "h:8x", "h:+80", "h:-1", "h: 80",
                "h :80", "h:80:80", "h:65536", "h:4294967376", ":80", ":", "[::1", "::1]",
                "[::1]a", "[::1]a:80", "[]", "[]:80", "[h]", "[::g]", "[::1]]", "[[::1]]",
                "[1::2::3]", "[1:2]", "[:]", "[:::]", "[:1:2]", "[1:]", "[::1:]",
                "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]",
                "[::1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3]", "[::1.2.3.256]",
                "[::1.2.3.04]", "[::1.2.3.4.5]", "[::1.2.3.4:5]", "[::12345]", "[1.2.3.4]",
                "[::1.]", "[v1.]", "[v.a]", "[v1]", "[vg.a]", "[v1.a@b]",
                "[::1%25eth0]", "::1", "1:2:3", "{h}", "h|a", "h^", "h`", "%", "%4",
                "%zz", "a%4", "a\0b", "\0", "a\177", "h\1", "caf\351", "\377h",
                "h\240", "h, other", "h h", "[::1], h")) {
            vectors.add(refused("host " + WireVectors.printable(host) + " is refused", HOST, 400,
                    "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        }
        // RFC 9112 s3.3: with an empty authority, which http doesn't have, a server can reject.
        vectors.add(refused("emptyHostIsRefused", "RFC 9112 s3.3", 400,
                "GET / HTTP/1.1\r\nHost:\r\n\r\n"));
        vectors.add(refused("hostOfSpacesIsEmptyAndRefused", "RFC 9112 s3.3", 400,
                "GET / HTTP/1.1\r\nHost:  \t \r\n\r\n"));
        vectors.add(refused("emptyHostOfTheWholeServerIsRefused", "RFC 9112 s3.3", 400,
                "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"));
        vectors.add(served("emptyHostBesideTheAbsoluteFormIsServed", "RFC 9112 s3.2.2",
                "GET http://h/ HTTP/1.1\r\nHost:\r\n\r\n", ok("GET /")));
        vectors.add(served("hostComparesWithoutCase", "RFC 9110 s5.1",
                "GET / HTTP/1.1\r\nhOsT: h\r\n\r\n", ok("GET /")));
        vectors.add(served("hostWithTabsAroundItIsServed", "RFC 9110 s5.5",
                "GET / HTTP/1.1\r\nHost:\th\t\r\n\r\n", ok("GET /")));
        vectors.add(served("hostMayBeTheLastField", HOST,
                "GET / HTTP/1.1\r\nX-A: b\r\nHost: h\r\n\r\n", ok("GET /")));
        vectors.add(refused("missingHostIsRefused", HOST, 400, "GET / HTTP/1.1\r\n\r\n"));
        vectors.add(refused("missingHostWithOtherFieldsIsRefused", HOST, 400,
                "GET / HTTP/1.1\r\nX-Host: h\r\n\r\n"));
        vectors.add(refused("missingHostWithABodyIsRefused", HOST, 400,
                "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"));
        vectors.add(refused("twoDifferentHostsAreRefused", HOST, 400,
                "GET / HTTP/1.1\r\nHost: h\r\nHost: other\r\n\r\n"));
        vectors.add(refused("twoEqualHostsAreRefused", HOST, 400,
                "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"));
        vectors.add(refused("emptyHostBesideAHostIsRefused", HOST, 400,
                "GET / HTTP/1.1\r\nHost:\r\nHost: h\r\n\r\n"));
        vectors.add(refused("twoHostsInDifferentCaseAreRefused", HOST, 400,
                "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\r\nhost: h\r\n\r\n"));
        vectors.add(refused("hostWithASpaceBeforeTheColonIsRefused", "RFC 9112 s5.1", 400,
                "GET / HTTP/1.1\r\nHost : h\r\n\r\n"));
        vectors.add(refused("malformedHostInHttp10IsRefused", HOST, 400,
                "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"));
        vectors.add(refused("twoHostsInHttp10AreRefused", HOST, 400,
                "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"));
        vectors.add(last("emptyHostInHttp10IsServed", HOST,
                "GET / HTTP/1.0\r\nHost:\r\n\r\n", ok("GET /")));
        vectors.add(refused("hostOnlyInTheTrailersIsMissing", "RFC 9110 s6.5.1", 400,
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: h\r\n\r\n"));
        return vectors;
    }
}
