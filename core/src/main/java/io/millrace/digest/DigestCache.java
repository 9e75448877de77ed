package io.millrace.digest;

import io.millrace.content.DigestAlgorithm;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The digests of versions that were asked for last, as computing one means to read the object.
 *
 * <p>Threads: any.
 */
public final class DigestCache {

    /** Digests kept: some 200 bytes each. */
    public static final int MAX_ENTRIES = 4096;

    private record Question(String name, Version version, DigestAlgorithm algorithm) {
    }

    /** In the order of last use. Guarded by this. */
    private final Map<Question, byte[]> digests = new LinkedHashMap<>(16, 0.75f, true);

    /** The digest of a version; null if it is not known. */
    public synchronized byte[] find(Key key, Version version, DigestAlgorithm algorithm) {
        return digests.get(new Question(key.name(), version, algorithm));
    }

    /** Keeps the digest of a version, if its entity tag tells it from every other. */
    public synchronized void keep(Key key, Version version, DigestAlgorithm algorithm,
            byte[] digest) {
        if (version.strong()) {
            digests.put(new Question(key.name(), version, algorithm), digest);
            if (digests.size() > MAX_ENTRIES) {
                digests.remove(digests.keySet().iterator().next());
            }
        }
    }
}
