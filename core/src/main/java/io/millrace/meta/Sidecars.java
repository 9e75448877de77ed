package io.millrace.meta;

import io.millrace.content.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files that what is kept is in where there are no extended attributes: one for each version of
 * an object, named by both, in a folder of their own. Because of the name, a kill at any moment
 * leaves no object with what was said of another.
 *
 * <p>Threads: any; the changes of one key in order.
 */
final class Sidecars {

    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] NONE = {};
    private static final int HASH_BYTES = 16;

    private final Path folder;
    /** Whether there may be any. Once true this is always true. */
    private volatile boolean exist;
    /** Whether the folder's own name is on the device. */
    private volatile boolean isNameForced;
    /** How often a file has got its place, or has lost it. */
    private final AtomicLong changes = new AtomicLong();

    Sidecars(Path folder) {
        this.folder = folder;
        this.exist = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether there may be any. */
    boolean exist() {
        return exist;
    }

    Path folder() {
        return folder;
    }

    /** Whether the folder's own name is known to be on the device. */
    boolean isNameForced() {
        return isNameForced;
    }

    /** The folder's own name has been forced. */
    void nameForced() {
        isNameForced = true;
    }

    /** How often a file has got its place, or has lost it. */
    long changes() {
        return changes.get();
    }

    private Path file(String key, long sizeBytes, long modifiedNs) {
        MessageDigest digest = DigestAlgorithm.SHA_256.start();
        byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(HexFormat.of().formatHex(hash, 0, HASH_BYTES) + '-'
                + Long.toHexString(modifiedNs) + '-' + Long.toHexString(sizeBytes));
    }

    /** What is kept of a version; null if nothing is. */
    byte[] read(String key, long sizeBytes, long modifiedNs) throws IOException {
        try {
            Path file = file(key, sizeBytes, modifiedNs);
            return Files.size(file) > MetaFormat.MAX_BYTES ? null : Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Writes a new file that isn't in its place yet.
     *
     * @param object the file that it is about: what is kept tells of its bytes, and may be read by
     *     the same users
     */
    static void write(Path staged, byte[] value, boolean forces, Path object)
            throws IOException {
        FileAttribute<?>[] permissions = permissions(object);
        if (forces) {
            try (FileChannel channel = FileChannel.open(staged, CREATE, permissions)) {
                write(channel, value);
                channel.force(true);
            }
        } else {
            try (WritableByteChannel channel = Files.newByteChannel(staged, CREATE, permissions)) {
                write(channel, value);
            }
        }
    }

    private static FileAttribute<?>[] permissions(Path object) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(object,
                PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return NONE;
        }
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        permissions.addAll(view.readAttributes().permissions());
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }

    private static void write(WritableByteChannel channel, byte[] value) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(value);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** Moves such a file to its place. */
    void place(Path staged, String key, long sizeBytes, long modifiedNs) throws IOException {
        Files.move(staged, file(key, sizeBytes, modifiedNs), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        changes.incrementAndGet();
    }

    /** Makes their folder if it is missing. */
    void makeFolder() throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            exist = true;
            return;
        }
        isNameForced = false;
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
        exist = true;
    }

    /** Removes what is kept of a version; false if nothing is. */
    boolean remove(String key, long sizeBytes, long modifiedNs) throws IOException {
        boolean isRemoved = exist && Files.deleteIfExists(file(key, sizeBytes, modifiedNs));
        if (isRemoved) {
            changes.incrementAndGet();
        }
        return isRemoved;
    }
}
