package io.millrace.store;

import io.millrace.content.DigestAlgorithm;
import io.millrace.meta.MetaStore;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.FaultLog;
import io.millrace.tree.FileAccess;
import io.millrace.tree.FileErrors;
import io.millrace.tree.FolderWalk;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares objects with the digests that are kept beside them, to find those that the device has
 * corrupted. It reads a store's folder without its lock, so the store may be open meanwhile, and
 * changes nothing.
 *
 * <p>A digest is compared only if it was kept of the file's present length and time. So a file that
 * another program has changed since has none. Bytes that the system still has in memory are
 * compared there, not on the device.
 *
 * <pre>{@code
 * new Scrub(Path.of("data"), 100_000_000).run(new Scrub.Listener() {
 *     public void onObject(Scrub.Result result) {
 *         System.out.println(result.key() + " " + result.finding());
 *     }
 * });
 * }</pre>
 *
 * <p>Threads: one at a time; {@link #stop} by any.
 *
 * @since 0.1
 */
public final class Scrub { // decision 167

    /**
     * What is found of an object.
     *
     * @since 0.1
     */
    public enum Finding {
        /** Its bytes match every digest that is kept. */
        INTACT,
        /** Its bytes don't match a digest. */
        CORRUPT,
        /** No digest is kept of it. Its bytes aren't read. */
        WITHOUT_DIGEST,
        /** It was changed or deleted while it was read. */
        CHANGED,
        /** It can't be read. */
        UNREADABLE
    }

    /**
     * What is found of one object.
     *
     * @param key its segments, with slashes between them; another program may have chosen a name
     *     that no key has. With a slash at the end, a folder that can't be read, nor what is in it
     * @param finding what is found
     * @param algorithm that of the digest that doesn't match; null unless the object is corrupt
     * @param expected the digest that is kept; null unless the object is corrupt
     * @param found that of the bytes; null unless the object is corrupt
     * @param reason why it can't be read, in the system's words; null if it can
     * @since 0.1
     */
    public record Result(String key, Finding finding, @Nullable DigestAlgorithm algorithm,
            byte @Nullable [] expected, byte @Nullable [] found, @Nullable String reason) {

        private static Result of(String key, Finding finding) {
            return new Result(key, finding, null, null, null, null);
        }

        private static Result unreadable(String key, String reason) {
            return new Result(key, Finding.UNREADABLE, null, null, null, reason);
        }
    }

    /**
     * Is told what a scrub finds, on its thread. What it throws ends the scrub.
     *
     * @since 0.1
     */
    public interface Listener {

        /** One object has been looked at. */
        void onObject(Result result);

        /** So many more bytes have been read. Called every megabyte or more often. */
        default void onBytes(int bytes) {
        }
    }

    private static final int PIECE_BYTES = 1 << 20;
    /** The system's own on a mounted ext4, and root's. */
    private static final String LOST_AND_FOUND = "lost+found/";
    private static final String FOREIGN_NAME = "this locale can't have the name; run with one of"
            + " UTF-8, such as LC_ALL=C.UTF-8";

    private final Path folder;
    private final FileAccess access = FileAccess.readOnly();
    private final MetaStore meta;
    private final Pace pace;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    /** Once true this is always true. */
    private volatile boolean stopped;

    /**
     * A scrub of a store's folder.
     *
     * @param folder the folder
     * @param bytesPerSecond most bytes read in a second, on average; above 0. {@link
     *     Long#MAX_VALUE} for no bound
     * @throws IOException with a message of one line, if there is no such folder
     */
    public Scrub(Path folder, long bytesPerSecond) throws IOException {
        this(folder, new Pace(bytesPerSecond));
    }

    Scrub(Path folder, Pace pace) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        this.folder = folder.toRealPath();
        this.meta = new MetaStore(this.folder, null, true, new FaultLog(Scrub.class)::log);
        this.pace = pace;
    }

    /**
     * Looks at each object, and returns when all have been looked at or it is stopped.
     *
     * @throws IOException if the folder can't be listed
     */
    public void run(Listener listener) throws IOException {
        new FolderWalk(Integer.MAX_VALUE, new FolderWalk.Visitor() {
            @Override
            public boolean visit(String key, BasicFileAttributes attributes) {
                return tell(check(key, listener));
            }

            // Another user's store must not look intact.
            @Override
            public boolean unreadable(String name, IOException e) {
                return tell(name.equals(LOST_AND_FOUND) ? null
                        : Result.unreadable(name, FileErrors.reason(e)));
            }

            private boolean tell(Result result) {
                if (result != null) {
                    listener.onObject(result);
                }
                return !stopped;
            }
        }).of(folder);
    }

    /** Ends {@link #run} soon, without a result of the object that is being read. */
    public void stop() {
        stopped = true;
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopped() {
        return stopped;
    }

    /** Null if it is stopped. */
    private Result check(String key, Listener listener) {
        try {
            Path file = folder;
            for (String segment : key.split("/")) {
                file = file.resolve(segment);
            }
            return check(key, file, listener);
        } catch (NoSuchFileException e) {
            return Result.of(key, Finding.CHANGED);
        } catch (InvalidPathException e) {
            return Result.unreadable(key, FOREIGN_NAME);
        } catch (IOException e) {
            return Result.unreadable(key, FileErrors.reason(e));
        }
    }

    private Result check(String key, Path file, Listener listener) throws IOException {
        BasicFileAttributes before = FileAccess.attributes(file);
        if (before == null || !before.isRegularFile()) {
            return Result.of(key, Finding.CHANGED);
        }
        ObjectMeta kept = meta.read(file, key, before.size(), Version.modifiedNs(before));
        if (kept.digests().isEmpty()) {
            return Result.of(key, Finding.WITHOUT_DIGEST);
        }
        Map<DigestAlgorithm, byte[]> found = digests(file, kept.digests().keySet(), listener);
        if (found == null) {
            return null;
        }
        if (!isSame(before, FileAccess.attributes(file))) {
            return Result.of(key, Finding.CHANGED);
        }
        for (Map.Entry<DigestAlgorithm, byte[]> digest : found.entrySet()) {
            byte[] expected = kept.digests().get(digest.getKey());
            if (!Arrays.equals(expected, digest.getValue())) {
                return new Result(key, Finding.CORRUPT, digest.getKey(), expected,
                        digest.getValue(), null);
            }
        }
        return Result.of(key, Finding.INTACT);
    }

    private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after) {
        return after != null && before.size() == after.size()
                && before.lastModifiedTime().equals(after.lastModifiedTime())
                && Objects.equals(before.fileKey(), after.fileKey());
    }

    /** The digests of a file's bytes; null if it is stopped. */
    private Map<DigestAlgorithm, byte[]> digests(Path file, Set<DigestAlgorithm> algorithms,
            Listener listener) throws IOException {
        Map<DigestAlgorithm, MessageDigest> running = new EnumMap<>(DigestAlgorithm.class);
        algorithms.forEach(algorithm -> running.put(algorithm, algorithm.start()));
        try (SeekableByteChannel channel = access.open(file)) {
            int pieceBytes = pace.pieceBytes(piece.capacity());
            while (!stopped && channel.read(piece.clear().limit(pieceBytes)) > 0) {
                piece.flip();
                for (MessageDigest digest : running.values()) {
                    digest.update(piece.duplicate());
                }
                listener.onBytes(piece.limit());
                pace.keep(piece.limit());
            }
        }
        if (stopped) {
            return null;
        }
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        running.forEach((algorithm, digest) -> digests.put(algorithm, digest.digest()));
        return digests;
    }
}
