package io.millrace.meta;

import io.millrace.content.DigestAlgorithm;
import io.millrace.file.FileState;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Keeps what belongs to an object beside its bytes: in an extended attribute of its file, or, where
 * files have none, in a file of its own.
 *
 * <p>What is kept is bound to a version by its length and time: another file that gets the name has
 * none of it, and a file that another program writes into loses it.
 *
 * <p>Threads: any. {@link #read} beside everything else; what changes a key, in order.
 */
public final class MetaStore { // decision 165

    /** The folder of what is kept in files, in that of the objects. */
    public static final String FOLDER_NAME = ".millrace.meta";

    /** The times of files with fields are multiples of this; a backup that cuts them off, too. */
    public static final long UNIT_NS = 100;

    private enum Way { ATTRIBUTE, FILE, NONE }

    private final Supplier<Path> staging;
    private final boolean bindsTimes;
    private final BiConsumer<String, IOException> log;
    private final Sidecars sidecars;
    /** How it is kept; null until something is to be kept. */
    private volatile Way way;

    /**
     * A keeper for one folder of objects.
     *
     * @param folder the folder
     * @param staging new names for files that don't have their place yet; null if none may be
     *     written
     * @param bindsTimes whether a file keeps the time that is set, when it is moved, too
     * @param log where a failure that fails no request is logged
     */
    public MetaStore(Path folder, Supplier<Path> staging, boolean bindsTimes,
            BiConsumer<String, IOException> log) {
        this.staging = staging;
        this.bindsTimes = bindsTimes;
        this.log = log;
        this.sidecars = new Sidecars(folder.resolve(FOLDER_NAME));
        this.way = staging == null || !bindsTimes ? Way.NONE : null;
    }

    /** Whether anything can be kept; finds it out when it is called for the first time. */
    public boolean keeps() {
        return way() != Way.NONE;
    }

    private Way way() {
        Way known = way;
        if (known == null) {
            try {
                known = ExtendedAttribute.isKeptAt(staging.get()) ? Way.ATTRIBUTE : Way.FILE;
                way = known; // several threads may have tried; they found the same
            } catch (IOException e) {
                log.accept("extended attributes can't be tested", e);
                return Way.FILE; // the next PUT tries again
            }
        }
        return known;
    }

    /**
     * Whether fields may be kept of a version with this time. They are kept only of those whose
     * time is a multiple of {@link #UNIT_NS}, so that most others need no look.
     */
    public static boolean mayHaveFields(long modifiedNs) { // decision 168
        return modifiedNs % UNIT_NS == 0;
    }

    /**
     * What is kept of a version.
     *
     * @param file where its file is
     * @param key its name
     * @return nothing if there is none of this version
     * @throws IOException if it can't be read; not if the file is gone
     */
    public ObjectMeta read(Path file, String key, long sizeBytes, long modifiedNs)
            throws IOException {
        ObjectMeta kept = decode(attribute(file), sizeBytes, modifiedNs);
        // The attribute of a file may be about an earlier time of it, see MovedMeta.
        return kept.isEmpty() ? readFile(key, sizeBytes, modifiedNs) : kept;
    }

    /** What is kept of a version in a file of its own. */
    ObjectMeta readFile(String key, long sizeBytes, long modifiedNs) throws IOException {
        return sidecars.exist()
                ? decode(sidecars.read(key, sizeBytes, modifiedNs), sizeBytes, modifiedNs)
                : ObjectMeta.NONE;
    }

    private static ObjectMeta decode(byte[] value, long sizeBytes, long modifiedNs) {
        return value == null ? ObjectMeta.NONE : MetaFormat.decode(value, sizeBytes, modifiedNs);
    }

    private byte[] attribute(Path file) throws IOException {
        try {
            return ExtendedAttribute.read(file);
        } catch (FileSystemException e) {
            // Some file systems don't say that they have none, and fail.
            if (way == Way.ATTRIBUTE || e.getReason() == null || ExtendedAttribute.isFault(e)
                    || !e.getReason().contains("extended attribute")) {
                throw e;
            }
            return null;
        }
    }

    /**
     * Begins to keep something of an object that is written.
     *
     * @param part its staging file
     * @return null if there is nothing to keep, or nothing can be kept
     */
    public StagedMeta stage(Path part, ObjectMeta meta) {
        Way how = meta.isEmpty() ? Way.NONE : way();
        return how == Way.NONE ? null : new StagedMeta(this, part, meta, how == Way.FILE);
    }

    /**
     * Keeps one more digest of an object. The caller sees to it that the store doesn't change the
     * object meanwhile. Throws nothing: a digest that isn't kept is computed again.
     *
     * @param file a path of its file
     * @param fileKey what tells this file from others; null if the file system can't
     * @param forces whether to force a file that takes the place of what is kept already
     */
    public void add(Path file, Object fileKey, String key, long sizeBytes, long modifiedNs,
            DigestAlgorithm algorithm, byte[] digest, boolean forces) {
        Way how = way();
        if (how == Way.NONE) {
            return;
        }
        Path staged = staging.get();
        try {
            if (how == Way.FILE) {
                ObjectMeta kept = read(file, key, sizeBytes, modifiedNs);
                byte[] value = more(kept, sizeBytes, modifiedNs, algorithm, digest);
                if (value != null) {
                    sidecars.makeFolder();
                    Sidecars.write(staged, value, forces && !kept.isEmpty(), file);
                    sidecars.place(staged, key, sizeBytes, modifiedNs);
                }
                return;
            }
            // Another program may put another file, or a link on the way, there at any moment. A
            // second name in the store's own folder is that of the very file, or isn't used.
            Files.createLink(staged, file);
            if (FileState.isOneKey(fileKey, Files.readAttributes(staged,
                    BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey())) {
                byte[] value = more(read(staged, key, sizeBytes, modifiedNs), sizeBytes,
                        modifiedNs, algorithm, digest);
                if (value != null) {
                    ExtendedAttribute.write(staged, value);
                }
            }
        } catch (UnsupportedOperationException e) {
            return; // no second names here
        } catch (IOException e) {
            // Else another user's file, for example, or one that is gone by now.
            if (ExtendedAttribute.isFault(e)) {
                log.accept("a digest of " + key + " can't be kept", e);
            }
        } finally {
            removeStaged(staged);
        }
    }

    /** What is kept, with one more digest; null if it is kept already. */
    private static byte[] more(ObjectMeta kept, long sizeBytes, long modifiedNs,
            DigestAlgorithm algorithm, byte[] digest) {
        return Arrays.equals(digest, kept.digests().get(algorithm)) ? null
                : MetaFormat.encode(kept.with(algorithm, digest), sizeBytes, modifiedNs);
    }

    /** Whether anything may be kept in files of its own, under the names of objects. */
    public boolean hasFiles() {
        return sidecars.exist();
    }

    /** The folder of these files. */
    public Path folder() {
        return sidecars.folder();
    }

    /** Whether the name of this folder is known to be on the device. */
    public boolean isFolderForced() {
        return sidecars.isNameForced();
    }

    /** The name of this folder has been forced to the device, since it was made. */
    public void folderForced() {
        sidecars.nameForced();
    }

    /** How often one of these files has got its place, or has lost it, since the start. */
    public long fileChanges() {
        return sidecars.changes();
    }

    /** Lets what is kept of a version follow its object to another key. */
    public MovedMeta move(String key, String toKey, long sizeBytes, long modifiedNs, long toNs) {
        return new MovedMeta(this, key, toKey, sizeBytes, modifiedNs, toNs);
    }

    /** Removes what is kept of a version that is gone. Throws nothing. */
    public void remove(String key, long sizeBytes, long modifiedNs) {
        try {
            sidecars.remove(key, sizeBytes, modifiedNs);
        } catch (IOException e) {
            log.accept("the metadata of " + key + " can't be deleted", e);
        }
    }

    // For a staged one, and a moved one.

    /**
     * Keeps something in a file of its own.
     *
     * @param object a path of the object's file
     * @param forces whether to force it to the device
     */
    void keepInFile(Path object, ObjectMeta meta, String key, long sizeBytes, long modifiedNs,
            boolean forces) throws IOException {
        Path staged = staging.get();
        try {
            sidecars.makeFolder();
            Sidecars.write(staged, MetaFormat.encode(meta, sizeBytes, modifiedNs), forces, object);
            sidecars.place(staged, key, sizeBytes, modifiedNs);
        } finally {
            removeStaged(staged);
        }
    }

    Sidecars sidecars() {
        return sidecars;
    }

    void removeStaged(Path staged) {
        try {
            Files.deleteIfExists(staged);
        } catch (IOException e) {
            log.accept("a file can't be deleted: " + staged, e);
        }
    }
}
