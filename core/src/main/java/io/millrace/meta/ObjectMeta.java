package io.millrace.meta;

import io.millrace.content.DigestAlgorithm;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is kept beside the bytes of one version of an object.
 *
 * <p>Threads: any, immutable.
 *
 * @param fields what its PUT said of it
 * @param digests those of its bytes that are known
 */
public record ObjectMeta(ObjectFields fields, Map<DigestAlgorithm, byte[]> digests) {

    /** Nothing is kept. */
    public static final ObjectMeta NONE = new ObjectMeta(ObjectFields.NONE, Map.of());

    /** Whether there is nothing to keep. */
    public boolean isEmpty() {
        return digests.isEmpty() && fields.isEmpty();
    }

    /** This and one more digest. */
    public ObjectMeta with(DigestAlgorithm algorithm, byte[] digest) {
        Map<DigestAlgorithm, byte[]> more = new EnumMap<>(DigestAlgorithm.class);
        more.putAll(digests);
        more.put(algorithm, digest);
        return new ObjectMeta(fields, more);
    }
}
