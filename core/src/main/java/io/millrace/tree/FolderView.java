package io.millrace.tree;

import io.millrace.http.HttpException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/**
 * A folder to be listed: the names in it that keys can have, and which of them are objects and
 * folders. Like everything in the store, it is found without following a link.
 *
 * <p>Threads: one, which may wait for the device. The caller closes it.
 */
public final class FolderView implements Closeable {

    /**
     * What a name is of.
     *
     * @param isFolder whether it is a folder; else it is an object
     * @param version the version of the object, or of a folder its time
     */
    public record Found(boolean isFolder, Version version) {
    }

    /** Any name will do: what is looked at is the folder that it would be in. */
    private static final String INSIDE = "-";

    private final Entry inside;
    private final KeyLimits limits;
    /** The longest name that a key of this folder has room for; negative if it can have none. */
    private final int maxNameBytes;

    private FolderView(Entry inside, KeyLimits limits, int maxNameBytes) {
        this.inside = inside;
        this.limits = limits;
        this.maxNameBytes = maxNameBytes;
    }

    /**
     * Opens a folder.
     *
     * @param folder the folder of the store
     * @param key the folder below it; null for the store's own
     * @return null if there is no such folder
     * @throws HttpException 400 if this file system can't have a folder of that name
     */
    public static FolderView of(Folder folder, Key key, KeyLimits limits)
            throws HttpException, IOException {
        int maxNameBytes = maxNameBytes(key, limits); // before anything is open
        Entry inside = folder.entry(key == null ? new Key(INSIDE, INSIDE)
                : new Key(key.name() + '/' + INSIDE, key.sent() + '/' + INSIDE));
        if (inside.way() != Entry.Way.OPEN) {
            inside.close();
            return null;
        }
        return new FolderView(inside, limits, maxNameBytes);
    }

    private static int maxNameBytes(Key key, KeyLimits limits) {
        if (key == null) {
            return Math.min(limits.maxSegmentBytes(), limits.maxBytes());
        }
        int keyBytes = key.name().getBytes(StandardCharsets.UTF_8).length + 1;
        return key.segments() >= limits.depth() ? -1
                : Math.min(limits.maxSegmentBytes(), limits.maxBytes() - keyBytes);
    }

    /**
     * Looks at each name, in no order. A name that is there all the while is looked at; one that is
     * replaced meanwhile may be looked at twice on some file systems.
     *
     * @param visitor returns whether to go on
     * @throws IOException also if the folder is no longer there, as {@link FileErrors#isOfNoFolder}
     *     tells
     */
    public void eachName(Predicate<String> visitor) throws IOException {
        try (DirectoryStream<Path> stream = inside.siblings()) {
            for (Path file : stream) {
                String name = name(file);
                if (name != null && !visitor.test(name)) {
                    return;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** The name of a file; null if no key has it, or it is the store's own. */
    private String name(Path file) {
        // A zip's folders end in a slash.
        String name = file.getFileName().toString().replace("/", "");
        if (name.length() > maxNameBytes || !Key.isSegment(name)) {
            return null;
        }
        if (3 * name.length() > maxNameBytes
                && name.getBytes(StandardCharsets.UTF_8).length > maxNameBytes) {
            return null;
        }
        // What stands for bytes that are no text, unless it is in the name itself.
        boolean isText = name.indexOf('\ufffd') < 0
                || file.getFileSystem().getPath(name).equals(file.getFileName());
        return isText ? name : null;
    }

    /**
     * What a name is of.
     *
     * @param name one that {@link #eachName} has found
     * @return null if it is neither an object nor a folder that keys lead into, or is gone
     */
    public Found find(String name) throws IOException {
        Path path = inside.path().getFileSystem().getPath(name);
        BasicFileAttributes attributes = inside.sibling(path);
        if (attributes == null) {
            return null;
        }
        if (attributes.isDirectory()) {
            return limits.flat() ? null : new Found(true, Version.of(attributes, false));
        }
        Version version = inside.version(attributes);
        return version == null ? null : new Found(false, version);
    }

    /**
     * Makes sure that what has been found was in this folder.
     *
     * @throws java.nio.file.NoSuchFileException if that may have been another one
     */
    public void check() throws IOException {
        inside.checkWay();
    }

    @Override
    public void close() throws IOException {
        inside.close();
    }
}
