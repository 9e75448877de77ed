package io.millrace.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;

/**
 * The extended attribute of a file that what is kept is in. On Linux its name is {@code
 * user.millrace.meta}.
 *
 * <p>Threads: any.
 */
final class ExtendedAttribute {

    static final String NAME = "millrace.meta";

    /** How often another program may replace a file while it is read. */
    private static final int MAX_ATTEMPTS = 8;

    /** The system's words for failures that say nothing about what the file system supports. */
    private static final List<String> FAULTS = List.of("Input/output error", "No space left",
            "quota exceeded", "Too many open files");

    private ExtendedAttribute() {
    }

    private static UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The value.
     *
     * @return null if the file has none, there is no such file, or the file system has no such
     *     attributes
     */
    static byte[] read(Path file) throws IOException {
        UserDefinedFileAttributeView view = view(file);
        if (view == null) {
            return null;
        }
        for (int attempt = 1;; attempt++) {
            try {
                return value(view);
            } catch (NoSuchFileException e) {
                return null;
            } catch (FileSystemException e) {
                // Mostly asked of files that have one: so the list, which costs as much as reading,
                // comes after the failure. Another program may put another file there at any time.
                if (!has(view)) {
                    return null;
                }
                if (attempt == MAX_ATTEMPTS) {
                    return valueOfAnother(view, e);
                }
            }
        }
    }

    private static boolean has(UserDefinedFileAttributeView view) throws IOException {
        try {
            return view.list().contains(NAME);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Null for a value that no store has written; else this is a failure. */
    private static byte[] valueOfAnother(UserDefinedFileAttributeView view, IOException failure)
            throws IOException {
        if (view.size(NAME) > MetaFormat.MAX_BYTES) {
            return null;
        }
        throw failure;
    }

    private static byte[] value(UserDefinedFileAttributeView view) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(MetaFormat.MAX_BYTES);
        view.read(NAME, value);
        return Arrays.copyOf(value.array(), value.position());
    }

    /** Sets the value of a file, whose time stays. */
    static void write(Path file, byte[] value) throws IOException {
        UserDefinedFileAttributeView view = view(file);
        if (view == null) {
            throw new FileSystemException(file.toString(), null,
                    "this file system has no extended attributes");
        }
        view.write(NAME, ByteBuffer.wrap(value));
    }

    /**
     * Whether the device or the system failed. Every other failure may mean that the file system
     * has no such attributes: each says so in words of its own, and some in the locale's language.
     */
    static boolean isFault(IOException e) {
        String reason = e instanceof FileSystemException failure
                ? failure.getReason() : e.getMessage();
        return reason != null && FAULTS.stream().anyMatch(reason::contains);
    }

    /**
     * Whether files have such attributes where this file is, which is made and removed.
     *
     * @throws IOException if that can't be found out now
     */
    static boolean isKeptAt(Path probe) throws IOException {
        if (view(probe) == null) {
            return false;
        }
        Files.createFile(probe);
        try {
            byte[] value = {1, 2, 3};
            write(probe, value);
            return Arrays.equals(value, read(probe));
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (FileSystemException e) {
            if (isFault(e)) {
                throw e;
            }
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
