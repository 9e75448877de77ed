package io.millrace.testkit;

import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of a test: what a client sends, and how it sends it.
 *
 * <pre>{@code
 * TestRequest.put("/notes/7").header("If-Match", "\"3\"").json("{\"text\":\"milk\"}")
 * }</pre>
 *
 * <p>Each method that changes something returns a changed copy. It is a {@link RequestHead} as
 * well, so that it can be passed to a handler or a filter directly; only the attributes that those
 * set are then its own.
 *
 * <p>{@link #headers} has what a client sends: {@code Host} (localhost, unless the test sets it),
 * the fields of the test, and {@code Content-Length} or {@code Transfer-Encoding} if there is a
 * body.
 *
 * <p>Threads: any, but for its attributes.
 *
 * @since 0.1
 */
public final class TestRequest implements RequestHead {

    /** Random, so that no test's file has it. */
    private static final String BOUNDARY = "----4qXW1cTk0ZbJ7mVd";
    private static final String PART = "--" + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?]*)(.*)",
            Pattern.CASE_INSENSITIVE);
    private static final byte[] NO_BODY = {};
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int CLIENT_PORT = 50_000;

    private final String method;
    private final String target;
    private List<String> fields = List.of();
    private byte[] body = NO_BODY;
    private long bodyLength;
    private boolean hasBody;
    private boolean isHttp11 = true;
    private boolean isSecure;
    private SocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(),
            CLIENT_PORT);
    private int pieceBytes = PIECE_BYTES;
    private long leavesAfterBytes = -1;
    private final Map<Attribute<?>, Object> attributes = new IdentityHashMap<>();
    private Headers headers;

    private TestRequest(String method, String target) {
        this.method = method;
        this.target = target;
    }

    private TestRequest with(Consumer<TestRequest> change) {
        TestRequest copy = new TestRequest(method, target);
        copy.fields = fields;
        copy.body = body;
        copy.bodyLength = bodyLength;
        copy.hasBody = hasBody;
        copy.isHttp11 = isHttp11;
        copy.isSecure = isSecure;
        copy.client = client;
        copy.pieceBytes = pieceBytes;
        copy.leavesAfterBytes = leavesAfterBytes;
        copy.attributes.putAll(attributes);
        change.accept(copy);
        if (!copy.isHttp11 && copy.bodyLength == UNKNOWN_LENGTH) {
            throw new IllegalArgumentException("HTTP/1.0 has no chunked bodies");
        }
        copy.headers = copy.allFields();
        return copy;
    }

    /**
     * A request without a body.
     *
     * @param method a token (RFC 9110 section 9.1)
     * @param target a path with or without a query, an http URI, or {@code "*"}. What is no ASCII,
     *     and quotes, backslashes, {@code <} and {@code >}, are percent-encoded as by the server
     * @throws IllegalArgumentException if a server would refuse the method or the target
     */
    public static TestRequest of(String method, String target) {
        if (!TOKEN.matcher(method).matches()) {
            throw new IllegalArgumentException("the method is no token: \"" + method + "\"");
        }
        if (!target.startsWith("/") && !target.equals("*")
                && !ABSOLUTE.matcher(target).matches()) {
            throw new IllegalArgumentException(
                    "the target must be a path or an http URI: \"" + target + "\"");
        }
        return new TestRequest(method, encoded(target)).copy();
    }

    /** A GET. See {@link #of} for targets. */
    public static TestRequest get(String target) {
        return of("GET", target);
    }

    /** A HEAD. See {@link #of} for targets. */
    public static TestRequest head(String target) {
        return of("HEAD", target);
    }

    /** A POST without a body so far. See {@link #of} for targets. */
    public static TestRequest post(String target) {
        return of("POST", target);
    }

    /** A PUT without a body so far. See {@link #of} for targets. */
    public static TestRequest put(String target) {
        return of("PUT", target);
    }

    /** A DELETE. See {@link #of} for targets. */
    public static TestRequest delete(String target) {
        return of("DELETE", target);
    }

    private static String encoded(String target) {
        StringBuilder text = new StringBuilder(target.length());
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c <= ' ' || c == 0x7f) {
                throw new IllegalArgumentException("the target has a space or a control character;"
                        + " percent-encode it: \"" + target + "\"");
            }
            if (c >= 0x80 || "\"\\<>".indexOf(c) >= 0) {
                text.append(String.format("%%%02X", c));
            } else {
                text.append((char) c);
            }
        }
        return text.toString();
    }

    // What is sent.

    /**
     * This request with one more header field line.
     *
     * @throws IllegalArgumentException if no client could send it, or if it is {@code
     *     Content-Length} or {@code Transfer-Encoding}, which follow from the body
     */
    public TestRequest header(String name, String value) {
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")) {
            throw new IllegalArgumentException(name + " follows from the body: see body(...),"
                    + " chunked() and bodyLength(...)");
        }
        List<String> more = new ArrayList<>(fields);
        more.add(name);
        more.add(value);
        return with(request -> request.fields = List.copyOf(more));
    }

    /** This request with a body of a known length, which may be 0. */
    public TestRequest body(byte[] bytes) {
        byte[] copy = bytes.clone();
        return with(request -> {
            request.body = copy;
            request.bodyLength = copy.length;
            request.hasBody = true;
        });
    }

    /** This request with a text in UTF-8 as its body. No {@code Content-Type} is set. */
    public TestRequest body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** This request with a body of {@code application/json}. */
    public TestRequest json(String json) {
        return header("Content-Type", "application/json").body(json);
    }

    /**
     * This request with the body of a form: {@code application/x-www-form-urlencoded}.
     *
     * @throws IllegalArgumentException if the last name has no value
     */
    public TestRequest form(String... namesAndValues) {
        checkPairs(namesAndValues);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i++) {
            text.append(i == 0 ? "" : i % 2 == 0 ? "&" : "=")
                    .append(URLEncoder.encode(namesAndValues[i], StandardCharsets.UTF_8));
        }
        return header("Content-Type", "application/x-www-form-urlencoded").body(text.toString());
    }

    /**
     * This request with the body of a form that has a file: {@code multipart/form-data} (RFC 7578),
     * as a browser sends it.
     *
     * @param name of the form's field
     * @param fileName what the client calls the file, in any characters
     * @param namesAndValues the other fields, which come before the file
     * @throws IllegalArgumentException if the last name has no value
     */
    public TestRequest formFile(String name, String fileName, String mediaType, byte[] bytes,
            String... namesAndValues) {
        checkPairs(namesAndValues);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.writeBytes(utf8(PART + quoted(namesAndValues[i]) + "\r\n\r\n"
                    + namesAndValues[i + 1] + "\r\n"));
        }
        body.writeBytes(utf8(PART + quoted(name) + "; filename=" + quoted(fileName)
                + "\r\nContent-Type: " + mediaType + "\r\n\r\n"));
        body.writeBytes(bytes);
        body.writeBytes(utf8("\r\n--" + BOUNDARY + "--\r\n"));
        return header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .body(body.toByteArray());
    }

    private static void checkPairs(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("missing value for field "
                    + namesAndValues[namesAndValues.length - 1]);
        }
    }

    /** HTML, "multipart/form-data encoding algorithm": three characters are escaped, no others. */
    private static String quoted(String name) {
        return '"' + name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22") + '"';
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** This request with its body sent chunked, so that its length is known only at its end. */
    public TestRequest chunked() {
        return with(request -> request.bodyLength = UNKNOWN_LENGTH);
    }

    /**
     * This request with a {@code Content-Length} that is not that of its body: the client of a
     * longer one leaves when it has sent all that it has.
     *
     * @param bodyLength in bytes
     * @throws IllegalArgumentException if the body is longer
     */
    public TestRequest bodyLength(long bodyLength) {
        if (bodyLength < body.length) {
            throw new IllegalArgumentException("the body has " + body.length + " bytes, more than "
                    + bodyLength);
        }
        return with(request -> {
            request.bodyLength = bodyLength;
            request.hasBody = true;
        });
    }

    /** This request as HTTP/1.0, without a {@code Host}. */
    public TestRequest http10() {
        return with(request -> request.isHttp11 = false);
    }

    /** This request from a client at this address. Without this it is on this machine. */
    public TestRequest from(SocketAddress client) {
        Objects.requireNonNull(client);
        return with(request -> request.client = client);
    }

    /** This request on a connection that is encrypted. */
    public TestRequest secure() {
        return with(request -> request.isSecure = true);
    }

    /** This request with an attribute, as if a filter had set it. */
    public <T> TestRequest with(Attribute<T> attribute, T value) {
        return with(request -> request.attribute(attribute, value));
    }

    TestRequest copy() {
        return with(request -> { });
    }

    // How it is sent.

    /**
     * This request with at most so many bytes of a body at a time: those of its own body, and those
     * of the response's. 1 finds whoever takes a piece for the whole. 64 KiB without this.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public TestRequest pieces(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        }
        return with(request -> request.pieceBytes = bytes);
    }

    /**
     * This request from a client that resets its connection when it has sent so many bytes of the
     * body; while it waits for the response, if the body is no longer than that.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public TestRequest leavesAfter(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
        return with(request -> request.leavesAfterBytes = bytes);
    }

    byte[] bytes() {
        return body;
    }

    int pieceBytes() {
        return pieceBytes;
    }

    /** Bytes of the body after which the client leaves; -1 if it doesn't. */
    long leavesAfterBytes() {
        return leavesAfterBytes;
    }

    // What a handler sees.

    @Override
    public String method() {
        return method;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public String path() {
        String local = local();
        int end = local.indexOf('?');
        String path = end < 0 ? local : local.substring(0, end);
        return path.isEmpty() ? "/" : path; // RFC 9112 s3.2.2: an http URI without a path
    }

    @Override
    public String query() {
        String local = local();
        int end = local.indexOf('?');
        return end < 0 ? null : local.substring(end + 1);
    }

    /** The target without the scheme and the authority that it may have. */
    private String local() {
        Matcher absolute = ABSOLUTE.matcher(target);
        return absolute.matches() ? absolute.group(2) : target;
    }

    @Override
    public String authority() {
        Matcher absolute = ABSOLUTE.matcher(target);
        return absolute.matches() ? absolute.group(1) : headers.first("Host");
    }

    @Override
    public boolean isHttp11() {
        return isHttp11;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    private Headers allFields() {
        List<String> all = new ArrayList<>(fields);
        if (isHttp11 && !Headers.of(all.toArray(String[]::new)).contains("Host")) {
            all.addAll(0, List.of("Host", "localhost"));
        }
        if (bodyLength == UNKNOWN_LENGTH) {
            all.addAll(List.of("Transfer-Encoding", "chunked"));
        } else if (hasBody) {
            all.addAll(List.of("Content-Length", Long.toString(bodyLength)));
        }
        return Headers.of(all.toArray(String[]::new));
    }

    @Override
    public long bodyLength() {
        return bodyLength;
    }

    @Override
    public ConnectionInfo connection() {
        return ConnectionInfo.builder().peer(client)
                .local(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                        isSecure ? 443 : 80))
                .secure(isSecure).build();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T attribute(Attribute<T> attribute) {
        return (T) attributes.get(Objects.requireNonNull(attribute)); // put there by the setter
    }

    @Override
    public <T> void attribute(Attribute<T> attribute, T value) {
        attributes.put(Objects.requireNonNull(attribute), value);
    }

    /** The request line, such as {@code "GET /a?b=c HTTP/1.1"}. */
    @Override
    public String toString() {
        return method + " " + target + (isHttp11 ? " HTTP/1.1" : " HTTP/1.0");
    }
}
