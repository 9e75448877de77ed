package io.millrace.bucket.cache;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.MediaTypes;
import io.millrace.content.Validators;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.meta.ObjectFields;
import io.millrace.s3.S3Answer;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an engine says of an object, without its bytes.
 *
 * <p>Threads: any, immutable.
 *
 * @param validators its entity tag and its time
 * @param sizeBytes length of the whole object
 * @param first position in the object of the first byte that the engine sends
 * @param fields what was said of it when it was stored
 * @param digests of the whole object, as far as the engine has them
 */
public record ObjectHead(Validators validators, long sizeBytes, long first, ObjectFields fields,
        Map<DigestAlgorithm, byte[]> digests) {

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");
    /** What a PUT of ours leaves where it had a digest; see {@code BodyDigests}. */
    private static final String META_DIGEST = "x-amz-meta-millrace-";
    private static final List<DigestAlgorithm> KEPT =
            List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_512);
    private static final String CHECKSUM = "x-amz-checksum-sha256";
    private static final String CHECKSUM_TYPE = "x-amz-checksum-type";

    /**
     * That of a response with 200 or 206 to a GET or HEAD.
     *
     * @throws HttpException 502 if it doesn't say how long the object is
     */
    public static ObjectHead of(S3Answer answer) throws HttpException {
        long sizeBytes = answer.length();
        long first = 0;
        if (answer.status() == Status.PARTIAL_CONTENT.code()) {
            String range = answer.field("Content-Range");
            Matcher parts = CONTENT_RANGE.matcher(range == null ? "" : range);
            sizeBytes = parts.matches() ? Long.parseLong(parts.group(3)) : -1;
            first = parts.matches() ? Long.parseLong(parts.group(1)) : 0;
        }
        if (sizeBytes < 0) {
            throw new HttpException(Status.BAD_GATEWAY,
                    "the engine doesn't say how long the object is");
        }
        return new ObjectHead(EngineValidators.of(answer), sizeBytes, first,
                ObjectFields.stored(answer::field), digests(answer));
    }

    private static Map<DigestAlgorithm, byte[]> digests(S3Answer answer) {
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        for (DigestAlgorithm algorithm : KEPT) {
            add(digests, algorithm, answer.field(META_DIGEST + algorithm.key()));
        }
        // That of an object of several parts is one of their digests, unless it says otherwise.
        String type = answer.field(CHECKSUM_TYPE);
        if (type == null || type.equals("FULL_OBJECT")) {
            add(digests, DigestAlgorithm.SHA_256, answer.field(CHECKSUM));
        }
        return Map.copyOf(digests);
    }

    private static void add(Map<DigestAlgorithm, byte[]> digests, DigestAlgorithm algorithm,
            String base64) {
        if (base64 == null) {
            return;
        }
        try {
            byte[] digest = Base64.getDecoder().decode(base64);
            if (digest.length == algorithm.lengthBytes()) {
                digests.put(algorithm, digest);
            }
        } catch (IllegalArgumentException e) {
            // Of several parts, "-2" stands behind it: it is not that of the bytes.
            return;
        }
    }

    /** Whether a response to a GET or HEAD is of an object with the same head. */
    boolean isThatOf(S3Answer answer) {
        try {
            ObjectHead other = answer.isSuccess() ? of(answer) : null;
            return other != null && other.sizeBytes == sizeBytes
                    && other.validators.equals(validators)
                    && other.fields.named().equals(fields.named());
        } catch (HttpException e) {
            return false;
        }
    }

    /** The same with those digests that are wanted, of these bytes, which are the object's. */
    public ObjectHead with(byte[] bytes, DigestAlgorithm... wanted) {
        Map<DigestAlgorithm, byte[]> more = null;
        for (DigestAlgorithm algorithm : wanted) {
            if (algorithm != null && !digests.containsKey(algorithm)) {
                more = more == null ? new EnumMap<>(DigestAlgorithm.class) : more;
                more.put(algorithm, algorithm.start().digest(bytes));
            }
        }
        if (more == null) {
            return this;
        }
        more.putAll(digests);
        return new ObjectHead(validators, sizeBytes, first, fields, more);
    }

    /** The response to a GET of the object, but for its body. */
    public Response response(Key key) {
        return fields.on(validators.on(KeyResponses.OBJECT), MediaTypes.of(key.fileName()));
    }
}
