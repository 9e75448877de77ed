package io.millrace.form;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link Form}: in memory, or in a temporary file, which is deleted at the end of the
 * request unless it was moved.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class FormFile {

    private final FormPart part;
    private final long length;
    /** Null if it is in a file. */
    private final byte[] bytes;
    /** Where it is; null if it is in memory. */
    private Path path;
    private boolean moved;

    FormFile(FormPart part, byte[] bytes) {
        this(part, bytes.length, bytes, null);
    }

    FormFile(FormPart part, long length, Path path) {
        this(part, length, null, path);
    }

    private FormFile(FormPart part, long length, byte[] bytes, Path path) {
        this.part = part;
        this.length = length;
        this.bytes = bytes;
        this.path = path;
    }

    /** The name of the form's field. */
    public String name() {
        return part.name();
    }

    /** The client's name of the file, as {@link FormPart#fileName()}; never null. */
    public String fileName() {
        return part.fileName();
    }

    /** The name under which the file can be stored, as {@link FormPart#safeFileName()}. */
    public String safeFileName() {
        return part.safeFileName();
    }

    /** The media type that the client gives it, unchecked; null if there is none. */
    public @Nullable String contentType() {
        return part.contentType();
    }

    /** The length in bytes. */
    public long length() {
        return length;
    }

    /**
     * The bytes of the file; not a copy, if it is in memory.
     *
     * @throws IOException if it is not in memory and can't be read
     */
    public byte[] bytes() throws IOException {
        return path != null ? Files.readAllBytes(path) : bytes;
    }

    /**
     * A new stream of the file's bytes, to be closed.
     *
     * @throws IOException if it is not in memory and can't be read
     */
    public InputStream open() throws IOException {
        return path != null ? Files.newInputStream(path) : new ByteArrayInputStream(bytes);
    }

    /**
     * Where the file is: its temporary file, or where it was moved. Null if it is in memory.
     */
    public @Nullable Path path() {
        return path;
    }

    /**
     * Moves the file by one atomic rename, replacing a file of that name. A file in memory is
     * written to a temporary file beside the target first.
     *
     * @param target in the file system of the form's folder, if the file is not in memory
     * @throws IOException if it can't be moved; it stays temporary
     */
    public void moveTo(Path target) throws IOException {
        Path from = path != null ? path : write(target);
        try {
            Files.move(from, target,
                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            if (path == null) {
                Files.deleteIfExists(from);
            }
            throw e;
        }
        path = target;
        moved = true;
    }

    private Path write(Path target) throws IOException {
        Path temporary = target.resolveSibling(temporaryName());
        try {
            return Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    static String temporaryName() {
        return "." + UUID.randomUUID() + ".part";
    }

    /** The temporary file that has to be deleted; null if there is none. */
    Path temporary() {
        return moved ? null : path;
    }

    @Override
    public String toString() {
        return part + ": " + length + " bytes";
    }
}
