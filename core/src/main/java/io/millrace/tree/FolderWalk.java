package io.millrace.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Looks at each object of a store, in its folder and those below, and follows no link.
 *
 * <p>Threads: one.
 */
public final class FolderWalk {

    /** Who is told of each object and its file; returns whether to go on. */
    public interface Visitor {

        boolean visit(String name, BasicFileAttributes attributes);

        /**
         * A folder can't be opened.
         *
         * @param name its name, with a slash behind it
         * @return whether to go on
         * @throws IOException to end the walk
         */
        default boolean unreadable(String name, IOException failure) throws IOException {
            if (failure instanceof AccessDeniedException) {
                return true; // lost+found, for example: the store reaches nothing in it, either
            }
            throw failure;
        }
    }

    private final int depth;
    private final Visitor visitor;

    /** @param depth how many segments the name of an object has at most */
    public FolderWalk(int depth, Visitor visitor) {
        this.depth = depth;
        this.visitor = visitor;
    }

    /** Looks at all of them. */
    public void of(Path folder) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            visit(stream, "", 1);
        }
    }

    private boolean visit(DirectoryStream<Path> stream, String prefix, int level)
            throws IOException {
        try {
            for (Path file : stream) {
                // A zip's folders end in a slash.
                String name = file.getFileName().toString().replace("/", "");
                BasicFileAttributes attributes =
                        Key.isReserved(name) ? null : attributes(stream, file);
                if (attributes == null) {
                    continue;
                }
                if (attributes.isRegularFile()
                        && !visitor.visit(prefix + name, attributes)) {
                    return false;
                }
                if (attributes.isDirectory() && level < depth
                        && !enter(stream, file, prefix + name + '/', level + 1)) {
                    return false;
                }
            }
            return true;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static BasicFileAttributes attributes(DirectoryStream<Path> stream, Path file)
            throws IOException {
        if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
            return FileAccess.attributes(file);
        }
        try {
            return secure.getFileAttributeView(file.getFileName(), BasicFileAttributeView.class,
                    LinkOption.NOFOLLOW_LINKS).readAttributes();
        } catch (IOException e) {
            if (FileErrors.isOfNoFolder(e)) {
                return null; // gone since it was listed
            }
            throw e;
        }
    }

    private boolean enter(DirectoryStream<Path> stream, Path folder, String prefix, int level)
            throws IOException {
        DirectoryStream<Path> below;
        try {
            below = stream instanceof SecureDirectoryStream<Path> secure
                    ? secure.newDirectoryStream(folder.getFileName(), LinkOption.NOFOLLOW_LINKS)
                    : Files.newDirectoryStream(folder);
        } catch (IOException e) {
            if (FileErrors.isOfNoFolder(e)) {
                return true; // gone since it was looked at
            }
            return visitor.unreadable(prefix, e);
        }
        try (below) {
            return visit(below, prefix, level);
        }
    }
}
