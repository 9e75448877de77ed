package io.millrace.app.run;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests of a run that asks an engine directly (AWS Signature Version 4, with the payload
 * left unsigned): by code of its own, so that none of the node's is in the comparison.
 *
 * <p>Threads: any, immutable.
 *
 * @param region of the bucket
 */
record EngineKeys(String id, String secret, String region) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final String PAYLOAD = "UNSIGNED-PAYLOAD";

    /** Those of this process's environment; null if it has none. */
    static EngineKeys ofEnvironment() {
        String id = System.getenv("AWS_ACCESS_KEY_ID");
        String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
        String region = System.getenv("AWS_REGION");
        return id == null || secret == null ? null
                : new EngineKeys(id, secret, region == null ? "us-east-1" : region);
    }

    /**
     * The header lines that sign a request.
     *
     * @param host with its port
     * @param path of unreserved characters and slashes only
     */
    String fields(String method, String host, String path) {
        String time = ZonedDateTime.now(ZoneOffset.UTC).format(TIME);
        String day = time.substring(0, 8);
        String names = "host;x-amz-content-sha256;x-amz-date";
        String request = method + "\n" + path + "\n\nhost:" + host + "\nx-amz-content-sha256:"
                + PAYLOAD + "\nx-amz-date:" + time + "\n\n" + names + "\n" + PAYLOAD;
        String scope = day + "/" + region + "/s3/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + HexFormat.of().formatHex(sha256(request));
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
        for (String part : new String[] {region, "s3", "aws4_request"}) {
            key = hmac(key, part);
        }
        return "x-amz-date: " + time + "\r\nx-amz-content-sha256: " + PAYLOAD
                + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + id + "/" + scope
                + ", SignedHeaders=" + names + ", Signature="
                + HexFormat.of().formatHex(hmac(key, text));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "keys of " + region;
    }
}
