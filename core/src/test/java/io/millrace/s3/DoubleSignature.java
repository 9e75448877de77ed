package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A Signature Version 4 that has been checked, by code that shares nothing with that of the client
 * (AWS: Authenticating Requests, Using the Authorization Header). Not thread-safe: the signature of
 * each chunk is of the one before.
 */
final class DoubleSignature {

    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 "
            + "Credential=([^/]+)/([0-9]{8})/([^/]+)/([^/]+)/aws4_request, *"
            + "SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final Duration SKEW = Duration.ofMinutes(15);
    private static final String EMPTY = hex(sha256(new byte[0]));

    private final byte[] key;
    private final String date;
    private final String scope;
    private String previous;

    private DoubleSignature(byte[] key, String date, String scope, String previous) {
        this.key = key;
        this.date = date;
        this.scope = scope;
        this.previous = previous;
    }

    static DoubleSignature check(DoubleCall call, DoubleKeys keys, Instant now)
            throws DoubleRefusal {
        if (!call.has("authorization")) {
            throw new DoubleRefusal(403, "AccessDenied", "Access Denied");
        }
        Matcher parts = AUTHORIZATION.matcher(call.field("authorization"));
        if (!parts.matches()) {
            throw new DoubleRefusal(400, "AuthorizationHeaderMalformed",
                    "The authorization header is malformed.");
        }
        if (!parts.group(1).equals(keys.id())) {
            throw new DoubleRefusal(403, "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.");
        }
        if (!parts.group(3).equals(keys.region()) || !parts.group(4).equals("s3")) {
            throw new DoubleRefusal(DoubleAnswer.error(400, "AuthorizationHeaderMalformed",
                    "The region '" + parts.group(3) + "' is wrong; expecting '" + keys.region()
                            + "'", Map.of("Region", keys.region())));
        }
        checkTime(call, parts.group(2), now);
        checkToken(call, keys);
        List<String> signed = Arrays.asList(parts.group(5).split(";"));
        checkSigned(call, signed);
        String scope = parts.group(2) + '/' + keys.region() + "/s3/aws4_request";
        String date = call.field("x-amz-date");
        String toSign = "AWS4-HMAC-SHA256\n" + date + '\n' + scope + '\n'
                + hex(sha256(canonical(call, signed).getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + keys.secret()).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/")) {
            key = hmac(key, step);
        }
        String expected = hex(hmac(key, toSign));
        if (!expected.equals(parts.group(6))) {
            throw new DoubleRefusal(DoubleAnswer.error(403, "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you "
                            + "provided. Check your key and signing method.",
                    Map.of("StringToSign", toSign,
                            "CanonicalRequest", canonical(call, signed))));
        }
        return new DoubleSignature(key, date, scope, expected);
    }

    private static void checkTime(DoubleCall call, String day, Instant now) throws DoubleRefusal {
        String date = call.field("x-amz-date");
        try {
            Instant at = LocalDateTime.parse(date, BASIC).toInstant(ZoneOffset.UTC);
            if (Duration.between(at, now).abs().compareTo(SKEW) > 0) {
                throw new DoubleRefusal(DoubleAnswer.error(403, "RequestTimeTooSkewed",
                        "The difference between the request time and the current time is too "
                                + "large.", Map.of("RequestTime", date, "ServerTime",
                                now.toString(), "MaxAllowedSkewMilliseconds", "900000")));
            }
        } catch (DateTimeParseException e) {
            throw new DoubleRefusal(403, "AccessDenied",
                    "AWS authentication requires a valid Date or x-amz-date header: " + e);
        }
        if (!date.startsWith(day)) {
            throw new DoubleRefusal(400, "AuthorizationHeaderMalformed",
                    "Invalid credential date. This date is not the same as X-Amz-Date.");
        }
    }

    private static void checkToken(DoubleCall call, DoubleKeys keys) throws DoubleRefusal {
        String token = call.field("x-amz-security-token");
        if (!token.equals(keys.token() == null ? "" : keys.token())) {
            throw new DoubleRefusal(400, "InvalidToken",
                    "The provided token is malformed or otherwise invalid.");
        }
    }

    private static void checkSigned(DoubleCall call, List<String> signed) throws DoubleRefusal {
        for (String name : call.fields().keySet()) {
            if ((name.equals("host") || name.startsWith("x-amz-")) && !signed.contains(name)) {
                throw new DoubleRefusal(403, "AccessDenied",
                        "There were headers present in the request which were not signed: " + name);
            }
        }
        if (!call.has("x-amz-content-sha256")) {
            throw new DoubleRefusal(400, "InvalidRequest",
                    "Missing required header for this request: x-amz-content-sha256");
        }
    }

    private static String canonical(DoubleCall call, List<String> signed) {
        Map<String, String> query = new TreeMap<>();
        call.query().forEach((name, value) -> query.put(encoded(name, ""), encoded(value, "")));
        StringBuilder text = new StringBuilder(call.method()).append('\n')
                .append(encoded(DoubleCall.decoded(call.rawPath()), "/")).append('\n');
        String between = "";
        for (Map.Entry<String, String> pair : query.entrySet()) {
            text.append(between).append(pair.getKey()).append('=').append(pair.getValue());
            between = "&";
        }
        text.append('\n');
        for (String name : signed) {
            text.append(name).append(':')
                    .append(call.field(name).trim().replaceAll(" +", " ")).append('\n');
        }
        return text.append('\n').append(String.join(";", signed)).append('\n')
                .append(call.field("x-amz-content-sha256")).toString();
    }

    /** RFC 3986's unreserved characters stay, and those of {@code kept}. */
    static String encoded(String text, String kept) {
        StringBuilder to = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || "-._~".indexOf(c) >= 0 || kept.indexOf(c) >= 0) {
                to.append(c);
            } else {
                to.append(String.format("%%%02X", (int) c));
            }
        }
        return to.toString();
    }

    /** The signature of the next chunk of STREAMING-AWS4-HMAC-SHA256-PAYLOAD. */
    void checkChunk(byte[] chunk, String signature) throws DoubleRefusal {
        String expected = hex(hmac(key, "AWS4-HMAC-SHA256-PAYLOAD\n" + date + '\n' + scope + '\n'
                + previous + '\n' + EMPTY + '\n' + hex(sha256(chunk))));
        if (!expected.equals(signature)) {
            throw new DoubleRefusal(403, "SignatureDoesNotMatch",
                    "The chunk signature we calculated does not match the one you provided.");
        }
        previous = expected;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
