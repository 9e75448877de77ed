package io.millrace.store;

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

/**
 * Reads the integrity fields of RFC 9530 and computes what they ask for. Algorithms other than
 * those of {@link DigestAlgorithm} are ignored (section 2), wherever they stand. Threads: any.
 */
final class Digests {

    /** Bytes hashed at a time. */
    private static final int PIECE_BYTES = 128 * 1024;
    /** The strongest wish of a {@code Want-} field (RFC 9530 section 4). */
    private static final int MAX_WEIGHT = 10;

    /**
     * A digest that a body has to have.
     *
     * @param field the field that says so
     */
    record Expected(String field, DigestAlgorithm algorithm, byte[] digest) {
    }

    private Digests() {
    }

    /**
     * The digests that a request says its body has. As a PUT's body is the whole representation,
     * {@code Content-Digest} and {@code Repr-Digest} say the same.
     *
     * @throws HttpException 400 if a field is malformed, so that nobody believes to be protected
     *     who isn't
     */
    static List<Expected> expected(Headers headers) throws HttpException {
        boolean content = headers.contains("Content-Digest");
        boolean repr = headers.contains("Repr-Digest");
        if (!content && !repr) {
            return List.of();
        }
        List<Expected> expected = new ArrayList<>();
        for (String field : List.of("Content-Digest", "Repr-Digest")) {
            Map<String, String> members = StructuredFields.parse(field, value(headers, field));
            for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
                String item = members.get(algorithm.key);
                if (item != null) {
                    expected.add(new Expected(field, algorithm, bytes(field, algorithm, item)));
                }
            }
        }
        return expected;
    }

    private static byte[] bytes(String field, DigestAlgorithm algorithm, String item)
            throws HttpException {
        byte[] bytes = {};
        if (item.length() >= 2 && item.charAt(0) == ':') {
            try {
                bytes = Base64.getDecoder().decode(item.substring(1, item.length() - 1));
            } catch (IllegalArgumentException e) {
                throw malformed(field, algorithm);
            }
        }
        if (bytes.length != algorithm.lengthBytes) {
            throw malformed(field, algorithm);
        }
        return bytes;
    }

    private static HttpException malformed(String field, DigestAlgorithm algorithm) {
        return new HttpException(Status.BAD_REQUEST, field + " has no " + algorithm.key
                + " of " + algorithm.lengthBytes + " bytes in base64 between colons");
    }

    /**
     * The algorithm that a {@code Want-} field prefers.
     *
     * @return null if there is no such field, it is malformed, or it wants none that there is: it
     *     is but a wish
     */
    static DigestAlgorithm wanted(Headers headers, String field) {
        if (!headers.contains(field)) {
            return null;
        }
        Map<String, String> members;
        try {
            members = StructuredFields.parse(field, value(headers, field));
        } catch (HttpException e) {
            return null;
        }
        DigestAlgorithm best = null;
        int bestWeight = 0;
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            int weight = weight(members.get(algorithm.key));
            if (weight > bestWeight) {
                best = algorithm;
                bestWeight = weight;
            }
        }
        return best;
    }

    private static int weight(String item) {
        if (item == null || !item.matches("\\d{1,2}")) {
            return 0;
        }
        int weight = Integer.parseInt(item);
        return weight <= MAX_WEIGHT ? weight : 0;
    }

    private static String value(Headers headers, String field) {
        return String.join(", ", headers.all(field));
    }

    /** The digest of a body, read from end to end; blocks as long as that takes. */
    static byte[] of(DigestAlgorithm algorithm, Body body) throws IOException {
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
