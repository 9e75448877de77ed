package io.millrace.wire;

import io.millrace.server.ServerOptions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server with {@link EchoHandler} has to answer to whatever bytes it got, read off the
 * grammar of RFC 9112 and RFC 3986 as it is printed. It sees all bytes at once and shares no line
 * with the parser, so the two agree only where both are right.
 *
 * <p>Threads: any.
 */
final class WireModel {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String VALUE = "[\\t -~\\x80-\\xff]*";
    private static final Pattern REQUEST_LINE = Pattern.compile("(" + TOKEN
            + ") ([!\"$-~\\x80-\\xff]+) HTTP/([0-9])\\.([0-9])");
    private static final Pattern FIELD_LINE = Pattern.compile("(" + TOKEN + "):(" + VALUE + ")");
    private static final String PORT = "(?::([0-9]*))?";
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:((?:[-._~!$&'()*+,;=0-9A-Za-z]|%[0-9A-Fa-f]{2})+)|\\[([^\\]]*)\\])" + PORT);
    private static final Pattern FUTURE_ADDRESS =
            Pattern.compile("[vV][0-9A-Fa-f]+\\.[-._~!$&'()*+,;=:0-9A-Za-z]+");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final Pattern ABSOLUTE =
            Pattern.compile("(?i)https?://([^/?]*)([^?]*)(\\?.*)?");
    private static final String QUOTED =
            "\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\"";
    private static final String BWS = "[ \\t]*";
    private static final Pattern CHUNK_LINE = Pattern.compile("([0-9A-Fa-f]+)(?:" + BWS + ";" + BWS
            + TOKEN + "(?:" + BWS + "=" + BWS + "(?:" + TOKEN + "|" + QUOTED + "))?)*");
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private static final int MOST_EMPTY_LINES = 16;
    private static final List<String> WITH_CONTENT = List.of("POST", "PUT", "PATCH");

    private final String input;
    private final ServerOptions limits;
    private final List<Boolean> answers = new ArrayList<>();
    private int at;

    private WireModel(String input, ServerOptions limits) {
        this.input = input;
        this.limits = limits;
    }

    /** For each answer in turn whether the request is taken; one that is not is the last. */
    static List<Boolean> answers(String input, ServerOptions limits) {
        WireModel model = new WireModel(input, limits);
        while (model.goesOn()) {
            // Each turn takes one request.
        }
        return model.answers;
    }

    private boolean goesOn() {
        for (int lines = 0; lines < MOST_EMPTY_LINES && input.startsWith("\r\n", at); lines++) {
            at += 2;
        }
        if (at == input.length()) {
            return false;
        }
        int end = input.indexOf("\r\n\r\n", at);
        Request request = end < 0 ? null : Request.of(input.substring(at, end), limits);
        if (request == null) {
            answers.add(false);
            return false;
        }
        at = end + 4;
        if (request.isWanted()) {
            boolean whole = takeBody(request);
            answers.add(whole);
            return whole && request.keepsAlive();
        }
        answers.add(true);
        boolean hasBody = request.isChunked || request.length.signum() > 0;
        BigInteger most = BigInteger.valueOf(limits.maxSkipBytes());
        if (!request.keepsAlive() || hasBody && request.isExpected
                || request.length.compareTo(most) > 0) {
            return false;
        }
        int start = at;
        return takeBody(request) && at - start <= limits.maxSkipBytes();
    }

    /** Whether the body is there, whole and well-formed. */
    private boolean takeBody(Request request) {
        return request.isChunked ? takeChunks() : take(request.length);
    }

    private boolean take(BigInteger length) {
        if (length.compareTo(BigInteger.valueOf(input.length() - at)) > 0) {
            return false;
        }
        at += length.intValue();
        return true;
    }

    private boolean takeChunks() {
        while (true) {
            int end = input.indexOf("\r\n", at);
            if (end < 0 || end - at > limits.maxChunkLineBytes()) {
                return false;
            }
            Matcher line = CHUNK_LINE.matcher(input.substring(at, end));
            if (!line.matches()) {
                return false;
            }
            BigInteger size = new BigInteger(line.group(1), 16);
            at = end + 2;
            if (size.signum() == 0) {
                return takeTrailers();
            }
            if (size.compareTo(MOST) > 0 || !take(size) || !input.startsWith("\r\n", at)) {
                return false;
            }
            at += 2;
        }
    }

    private boolean takeTrailers() {
        int start = at;
        for (int fields = 0; fields <= limits.maxFields(); fields++) {
            int end = input.indexOf("\r\n", at);
            if (end < 0) {
                return false;
            }
            String line = input.substring(at, end);
            at = end + 2;
            if (line.isEmpty()) {
                return at - start <= limits.maxHeadBytes();
            }
            if (!FIELD_LINE.matcher(line).matches()) {
                return false;
            }
        }
        return false;
    }

    /** A head that is well-formed and within the limits. */
    private static final class Request {

        private String method;
        private String path;
        private boolean isHttp11;
        private boolean hasAuthority;
        private boolean isChunked;
        private boolean isExpected;
        private BigInteger length = BigInteger.ZERO;
        private final List<String> options = new ArrayList<>();

        /** Null if it is to be refused. */
        static Request of(String head, ServerOptions limits) {
            String[] lines = head.split("\r\n", -1);
            Request request = new Request();
            return head.length() + 4 <= limits.maxHeadBytes()
                    && lines.length - 1 <= limits.maxFields()
                    && request.hasLine(lines[0], limits.maxTargetBytes())
                    && request.hasFields(List.of(lines).subList(1, lines.length))
                    ? request : null;
        }

        private boolean hasLine(String text, int maxTargetBytes) {
            Matcher line = REQUEST_LINE.matcher(text);
            if (!line.matches() || line.group(2).length() > maxTargetBytes
                    || !line.group(3).equals("1")) {
                return false;
            }
            method = line.group(1);
            isHttp11 = !line.group(4).equals("0");
            return !method.equals("CONNECT") && hasTarget(line.group(2));
        }

        private boolean hasTarget(String target) {
            Matcher absolute = ABSOLUTE.matcher(target);
            if (target.equals("*")) {
                path = target;
                return method.equals("OPTIONS");
            }
            if (absolute.matches()) {
                hasAuthority = true;
                path = absolute.group(2).isEmpty() && absolute.group(3) == null ? "/"
                        : absolute.group(2);
                return isAuthority(absolute.group(1));
            }
            path = target.split("\\?", 2)[0];
            return target.startsWith("/");
        }

        private boolean hasFields(List<String> lines) {
            List<String> hosts = new ArrayList<>();
            List<String> lengths = new ArrayList<>();
            List<String> codings = new ArrayList<>();
            boolean wellFormed = true;
            for (String line : lines) {
                Matcher field = FIELD_LINE.matcher(line);
                if (!field.matches()) {
                    return false;
                }
                String value = field.group(2).replaceAll("^[ \\t]+|[ \\t]+$", "");
                switch (field.group(1).toLowerCase(Locale.ROOT)) {
                    case "host" -> hosts.add(value);
                    case "content-length" -> lengths.add(value);
                    case "transfer-encoding" -> codings.add(value);
                    case "connection" -> options.addAll(List.of(
                            value.toLowerCase(Locale.ROOT).split("[ \\t]*,[ \\t]*")));
                    case "expect" -> {
                        isExpected |= isHttp11 && !value.matches("[, \\t]*");
                        wellFormed &= !isHttp11
                                || value.matches("(?i)[, \\t]*(100-continue[ \\t]*(,[, \\t]*|$))*");
                    }
                    default -> {
                    }
                }
            }
            return wellFormed && hasHost(hosts) && hasLength(lengths, codings);
        }

        private boolean hasHost(List<String> hosts) {
            if (hosts.isEmpty()) {
                return !isHttp11;
            }
            String host = hosts.get(0);
            return hosts.size() == 1
                    && (host.isEmpty() ? hasAuthority || !isHttp11 : isAuthority(host));
        }

        private boolean hasLength(List<String> lengths, List<String> codings) {
            if (!codings.isEmpty()) {
                isChunked = true;
                return isHttp11 && lengths.isEmpty() && codings.size() == 1
                        && codings.get(0).equalsIgnoreCase("chunked");
            }
            if (lengths.isEmpty()) {
                return isHttp11 || !WITH_CONTENT.contains(method);
            }
            if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]+")) {
                return false;
            }
            length = new BigInteger(lengths.get(0));
            return length.compareTo(MOST) <= 0;
        }

        /** Whether the test handler takes the body. */
        boolean isWanted() {
            return WITH_CONTENT.contains(method)
                    && !List.of("/refuse", "/none", "/same").contains(path);
        }

        boolean keepsAlive() {
            return !options.contains("close") && (isHttp11 || options.contains("keep-alive"));
        }

        private static boolean isAuthority(String text) {
            Matcher authority = AUTHORITY.matcher(text);
            if (!authority.matches()) {
                return false;
            }
            String port = authority.group(3);
            boolean fits = port == null || port.isEmpty()
                    || new BigInteger(port).compareTo(BigInteger.valueOf(0xffff)) <= 0;
            String literal = authority.group(2);
            return fits && (literal == null || FUTURE_ADDRESS.matcher(literal).matches()
                    || isIpv6(literal));
        }

        private static boolean isIpv6(String text) {
            String[] halves = text.split("::", -1);
            int groups = 0;
            for (int i = 0; i < halves.length; i++) {
                int more = groups(halves[i], i == halves.length - 1);
                if (more < 0) {
                    return false;
                }
                groups += more;
            }
            return halves.length == 1 ? groups == 8 : halves.length == 2 && groups <= 7;
        }

        /** Groups of 16 bits; -1 if malformed. */
        private static int groups(String text, boolean mayEndInIpv4) {
            if (text.isEmpty()) {
                return 0;
            }
            String[] parts = text.split(":", -1);
            int groups = 0;
            for (int i = 0; i < parts.length; i++) {
                if (GROUP.matcher(parts[i]).matches()) {
                    groups++;
                } else if (mayEndInIpv4 && i == parts.length - 1
                        && IPV4.matcher(parts[i]).matches()) {
                    groups += 2;
                } else {
                    return -1;
                }
            }
            return groups;
        }
    }
}
