package io.millrace.content;

import java.nio.charset.StandardCharsets;

/**
 * Values of {@code Content-Disposition} (RFC 6266): what a browser does with content, and what it
 * calls the file. {@link FileResponse#download} sets one.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class ContentDisposition {

    /** RFC 8187 section 3.2.1: attr-char, letters and digits aside. */
    private static final String ATTR_CHARS = "!#$&+-.^_`|~";

    private ContentDisposition() {
    }

    /**
     * Tells a browser to save the content under a name.
     *
     * <p>Clients that don't read {@code filename*} get ASCII, with an underscore for other
     * characters, and for those that some clients read as an escape (RFC 6266 appendix D).
     *
     * @param fileName any text. A slash or a backslash becomes an underscore: it is no path
     */
    public static String attachment(String fileName) {
        return named("attachment", fileName);
    }

    /** Tells a browser to show the content, and what to call it if it is saved after all. */
    public static String inline(String fileName) {
        return named("inline", fileName);
    }

    private static String named(String type, String fileName) {
        String name = fileName.replace('/', '_').replace('\\', '_');
        StringBuilder plain = new StringBuilder();
        name.codePoints().forEach(c -> plain.append(
                c < ' ' || c > '~' || c == '"' || c == '%' ? '_' : (char) c));
        String value = type + "; filename=\"" + plain + '"';
        return name.contentEquals(plain) ? value
                : value + "; filename*=UTF-8''" + encoded(name);
    }

    private static String encoded(String fileName) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : fileName.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || ATTR_CHARS.indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
