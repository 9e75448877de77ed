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
        for (int attempt = 1;; attempt++) {
            try {
                // Reading one that isn't there takes an exception, which costs more than the list.
                return view == null || !view.list().contains(NAME) ? null : value(view);
            } catch (NoSuchFileException e) {
                return null;
            } catch (FileSystemException e) {
                // Another program has put another file there since the list.
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static byte[] value(UserDefinedFileAttributeView view) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(MetaFormat.MAX_BYTES);
        try {
            view.read(NAME, value);
        } catch (FileSystemException e) {
            if (view.size(NAME) > MetaFormat.MAX_BYTES) {
                return null; // none of ours
            }
            throw e;
        }
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

    /** Whether files have such attributes where this file is, which is made and removed. */
    static boolean isKeptAt(Path probe) throws IOException {
        if (view(probe) == null) {
            return false;
        }
        Files.createFile(probe);
        try {
            byte[] value = {1, 2, 3};
            write(probe, value);
            return Arrays.equals(value, read(probe));
        } catch (FileSystemException | UnsupportedOperationException e) {
            return false; // the answer to the question, not a fault
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
