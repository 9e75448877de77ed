package io.millrace.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One request of the API, before it is signed.
 *
 * @param operation the API's name for it, which messages have
 * @param method of HTTP
 * @param key below the place's prefix; null for the bucket itself
 * @param query its parameters
 * @param fields header fields
 * @param payload its bytes
 * @param traits what else is to be known
 */
record S3Request(String operation, String method, String key, SortedMap<String, String> query,
        Map<String, String> fields, S3Payload payload, Traits traits) {

    /** This request, or for a change with {@code If-Match} one whose tag has no quotes. */
    S3Request withPlainTag() {
        String tag = fields.get("If-Match");
        if (tag == null || method.equals("GET") || method.equals("HEAD")) {
            return this;
        }
        Map<String, String> plain = new HashMap<>(fields);
        plain.put("If-Match", tag.replace("\"", ""));
        return new S3Request(operation, method, key, query, plain, payload, traits);
    }

    /**
     * What a request is like.
     *
     * @param isChange whether it changes something in the engine
     * @param isRepeatable whether it can be sent again though it may have been carried out
     * @param expectContinue whether the engine is asked before the payload is sent
     * @param isStreamed whether the body of a success is streamed
     * @param isLong whether the engine may take long to answer
     * @param maxBytes most bytes of a body in memory
     */
    record Traits(boolean isChange, boolean isRepeatable, boolean expectContinue,
            boolean isStreamed, boolean isLong, int maxBytes) {

        static final int ERROR_BYTES = 64 * 1024;
        /** 1,000 keys of 1,024 bytes, each of them encoded, and 300 bytes about each. */
        static final int LIST_BYTES = 4 * 1024 * 1024;

        static final Traits READ = new Traits(false, true, false, false, false, ERROR_BYTES);
        static final Traits STREAM = new Traits(false, true, false, true, false, ERROR_BYTES);
        static final Traits LIST = new Traits(false, true, false, false, false, LIST_BYTES);
        static final Traits CHANGE = new Traits(true, false, false, false, false, ERROR_BYTES);
        /** A change that may be done twice. */
        static final Traits AGAIN = new Traits(true, true, false, false, false, ERROR_BYTES);
        static final Traits COMPLETE = new Traits(true, false, false, false, true, ERROR_BYTES);

        Traits expecting(boolean isExpecting) {
            return new Traits(isChange, isRepeatable, isExpecting, isStreamed, isLong, maxBytes);
        }
    }

    /** Whether a response is an answer to this, and no failure. */
    boolean isAnswer(int status, String code) {
        boolean isGone = method.equals("DELETE") && code.equals("NoSuchUpload");
        return isGone || Replies.isAnswer(status, code);
    }

    static SortedMap<String, String> params(String... namesAndValues) {
        SortedMap<String, String> query = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                query.put(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return query;
    }
}
