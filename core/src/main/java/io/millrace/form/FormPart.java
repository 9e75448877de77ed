package io.millrace.form;

import org.jspecify.annotations.Nullable;

/**
 * What is said of one part of a form before its bytes: the name of its field and, for a file, the
 * file's name and media type (RFC 7578 section 4).
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class FormPart {

    private final String name;
    private final String fileName;
    private final String contentType;
    private final int headBytes;

    FormPart(String name, String fileName, String contentType, int headBytes) {
        this.name = name;
        this.fileName = fileName;
        this.contentType = contentType;
        this.headBytes = headBytes;
    }

    /** The name of the field. */
    public String name() {
        return name;
    }

    /**
     * The name of the file: text of the client's, of any length and characters, but never a path:
     * of a path it is what stands behind the last slash or backslash, and neither {@code .} nor
     * {@code ..}. Empty for a file field of which no file was chosen; null if the part is no file.
     */
    public @Nullable String fileName() {
        return fileName;
    }

    /**
     * A name under which the file can be stored in a folder of any system: {@link #fileName} with
     * an underscore for each character that a system may refuse or that can't be seen, without dots
     * and spaces at its ends, not that of a device of Windows, and in 200 bytes of UTF-8 at most,
     * with its ending. Two names may become the same one, and it may be one that is taken. Null if
     * the part is no file; {@code "file"} if nothing is left.
     */
    public @Nullable String safeFileName() {
        return fileName == null ? null : FileNames.safe(fileName);
    }

    /** Whether the part is a file that has a name. */
    public boolean isFile() {
        return fileName != null && !fileName.isEmpty();
    }

    /** The value of the part's Content-Type, in ASCII; null if there is none. */
    public @Nullable String contentType() {
        return contentType;
    }

    /** How many bytes its header fields have. */
    int headBytes() {
        return headBytes;
    }

    @Override
    public String toString() {
        return name + (fileName == null ? "" : " (" + fileName + ')');
    }
}
