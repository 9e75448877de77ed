package io.millrace.content;

import io.millrace.content.StructuredFields.Item;
import io.millrace.content.StructuredFields.Member;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The integrity fields of RFC 9530: the digests that a request carries or asks for. Algorithms
 * other than SHA-256 and SHA-512 are ignored (section 2). Beside them stands {@code Content-MD5},
 * which RFC 7231 has removed and many clients still send.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Digests {

    private static final String CONTENT_MD5 = "Content-MD5";

    /** Bytes hashed at a time. */
    private static final int PIECE_BYTES = 128 * 1024;
    /** The strongest preference of a {@code Want-} field (RFC 9530 section 4). */
    private static final long MAX_WEIGHT = 10;

    /**
     * A digest that a body must have.
     *
     * @param field the field that carries it
     * @param algorithm the algorithm
     * @param digest has the length of the algorithm
     * @since 0.1
     */
    public record Expected(String field, DigestAlgorithm algorithm, byte[] digest) {
    }

    private Digests() {
    }

    /**
     * The digests of the body that a request carries, in {@code Content-Digest}, {@code
     * Repr-Digest} and {@code Content-MD5} (RFC 1864). All mean the same if the body is the whole
     * representation, as in a PUT.
     *
     * @return empty if there are none
     * @throws HttpException 400 if a field is malformed: to ignore it would remove the protection
     *     that the sender relies on
     */
    public static List<Expected> expected(Headers headers) throws HttpException {
        boolean content = headers.contains("Content-Digest");
        boolean repr = headers.contains("Repr-Digest");
        boolean md5 = headers.contains(CONTENT_MD5);
        if (!content && !repr && !md5) {
            return List.of();
        }
        List<Expected> expected = new ArrayList<>();
        for (String field : List.of("Content-Digest", "Repr-Digest")) {
            Map<String, Member> members = StructuredFields.dictionary(headers, field);
            for (DigestAlgorithm algorithm : DigestAlgorithm.STRONG) {
                Member member = members.get(algorithm.key());
                if (member != null) {
                    expected.add(new Expected(field, algorithm, bytes(field, algorithm, member)));
                }
            }
        }
        if (md5) {
            expected.add(new Expected(CONTENT_MD5, DigestAlgorithm.MD5, md5(headers)));
        }
        return expected;
    }

    private static byte[] md5(Headers headers) throws HttpException {
        try {
            byte[] digest = Base64.getDecoder().decode(headers.first(CONTENT_MD5));
            if (digest.length == DigestAlgorithm.MD5.lengthBytes()
                    && headers.all(CONTENT_MD5).size() == 1) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            throw malformedMd5(); // not base64
        }
        throw malformedMd5();
    }

    private static HttpException malformedMd5() {
        return new HttpException(Status.BAD_REQUEST, CONTENT_MD5 + ": must be one value of "
                + DigestAlgorithm.MD5.lengthBytes() + " bytes in base64");
    }

    private static byte[] bytes(String field, DigestAlgorithm algorithm, Member member)
            throws HttpException {
        if (member instanceof Item item && item.value() instanceof byte[] bytes
                && bytes.length == algorithm.lengthBytes()) {
            return bytes;
        }
        throw new HttpException(Status.BAD_REQUEST, field + ": " + algorithm.key() + " must be "
                + algorithm.lengthBytes() + " bytes in base64 between colons");
    }

    /**
     * The algorithm that a {@code Want-} field prefers.
     *
     * @param field {@code Want-Content-Digest} or {@code Want-Repr-Digest}
     * @return null if the field is missing or malformed, or names neither SHA-256 nor
     *     SHA-512: the field is only a preference
     */
    public static @Nullable DigestAlgorithm wanted(Headers headers, String field) {
        if (!headers.contains(field)) {
            return null;
        }
        Map<String, Member> members;
        try {
            members = StructuredFields.dictionary(headers, field);
        } catch (HttpException e) {
            return null;
        }
        DigestAlgorithm best = null;
        long bestWeight = 0;
        for (DigestAlgorithm algorithm : DigestAlgorithm.STRONG) {
            long weight = weight(members.get(algorithm.key()));
            if (weight > bestWeight) {
                best = algorithm;
                bestWeight = weight;
            }
        }
        return best;
    }

    private static long weight(Member member) {
        return member instanceof Item item && item.value() instanceof Long weight
                && weight <= MAX_WEIGHT ? weight : 0;
    }

    /**
     * The digest of a body of known length. Reads the whole body and blocks until then.
     *
     * @throws IOException if the body can't be read
     */
    public static byte[] of(DigestAlgorithm algorithm, Body body) throws IOException {
        MessageDigest digest = algorithm.start();
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, body.length()));
        long position = 0;
        while (position < body.length()) {
            piece.clear();
            position += body.read(position, piece);
            digest.update(piece.flip());
        }
        return digest.digest();
    }
}
