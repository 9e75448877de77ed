package io.millrace.s3;

import java.nio.charset.StandardCharsets;

/**
 * What requests of one day, to one region, are signed with: derived from the secret key, and good
 * for nothing else.
 *
 * <p>Threads: any.
 */
final class SigningKey {

    static final String SERVICE = "s3";

    private final S3Keys keys;
    private final String day;
    private final String region;
    private final String scope;
    private final byte[] key;

    SigningKey(S3Keys keys, String day, String region, String service) {
        this.keys = keys;
        this.day = day;
        this.region = region;
        this.scope = day + "/" + region + "/" + service + "/aws4_request";
        byte[] ofDay = Hashing.hmac(("AWS4" + keys.secret()).getBytes(StandardCharsets.UTF_8), day);
        byte[] ofRegion = Hashing.hmac(ofDay, region);
        byte[] ofService = Hashing.hmac(ofRegion, service);
        this.key = Hashing.hmac(ofService, "aws4_request");
    }

    boolean isFor(S3Keys otherKeys, String otherDay, String otherRegion) {
        return day.equals(otherDay) && keys.equals(otherKeys) && region.equals(otherRegion);
    }

    /** The credential scope. */
    String scope() {
        return scope;
    }

    /** The access key id, which is no secret. */
    String id() {
        return keys.id();
    }

    String sign(String text) {
        return Hashing.hex(Hashing.hmac(key, text));
    }
}
