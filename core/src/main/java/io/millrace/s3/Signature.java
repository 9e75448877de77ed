package io.millrace.s3;

import java.util.Map;
import java.util.SortedMap;

/**
 * The signature of one request's head, Signature Version 4 ("Authenticating Requests" in the S3 API
 * reference). The path is taken as it stands: S3 encodes once and normalizes nothing.
 *
 * <p>Threads: any.
 *
 * @param key what signed it
 * @param time as in {@code x-amz-date}
 * @param authorization the field that carries it
 * @param text the signature alone, which those of chunks follow
 */
record Signature(SigningKey key, String time, String authorization, String text) {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /**
     * Signs a request.
     *
     * @param time as in {@code x-amz-date}
     * @param path percent-encoded
     * @param query percent-encoded and in order
     * @param fields by their names in lower case, {@code host} among them; all are signed
     * @param payload the hash of the payload, or what stands for it
     */
    static Signature of(SigningKey key, String time, String method, String path, String query,
            SortedMap<String, String> fields, String payload) {
        String names = String.join(";", fields.keySet());
        String toSign = ALGORITHM + "\n" + time + "\n" + key.scope() + "\n"
                + Hashing.hash(canonical(method, path, query, fields, names, payload));
        String signature = key.sign(toSign);
        return new Signature(key, time, ALGORITHM + " Credential=" + key.id() + "/" + key.scope()
                + ",SignedHeaders=" + names + ",Signature=" + signature, signature);
    }

    /** The request as both sides write it down before they sign it. */
    static String canonical(String method, String path, String query,
            SortedMap<String, String> fields, String names, String payload) {
        StringBuilder text = new StringBuilder(512).append(method).append('\n').append(path)
                .append('\n').append(query).append('\n');
        for (Map.Entry<String, String> field : fields.entrySet()) {
            text.append(field.getKey()).append(':').append(trimmed(field.getValue())).append('\n');
        }
        return text.append('\n').append(names).append('\n').append(payload).toString();
    }

    /** Without spaces at its ends, and with one where there are several. */
    private static String trimmed(String value) {
        String stripped = value.strip();
        if (!stripped.contains("  ")) {
            return stripped;
        }
        return stripped.replaceAll(" +", " ");
    }

    /** The signature of a chunk, which follows that of the chunk before, or of the head. */
    String ofChunk(String before, String hash) {
        return key.sign(ALGORITHM + "-PAYLOAD\n" + time + "\n" + key.scope() + "\n" + before + "\n"
                + Hashing.EMPTY + "\n" + hash);
    }
}
