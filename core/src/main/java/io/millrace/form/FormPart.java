package io.millrace.form;

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

    FormPart(String name, String fileName, String contentType) {
        this.name = name;
        this.fileName = fileName;
        this.contentType = contentType;
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
    public String fileName() {
        return fileName;
    }

    /** Whether the part is a file that has a name. */
    public boolean isFile() {
        return fileName != null && !fileName.isEmpty();
    }

    /** The value of the part's Content-Type, in ASCII; null if there is none. */
    public String contentType() {
        return contentType;
    }

    @Override
    public String toString() {
        return name + (fileName == null ? "" : " (" + fileName + ')');
    }
}
