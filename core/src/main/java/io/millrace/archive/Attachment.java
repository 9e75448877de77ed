package io.millrace.archive;

import java.nio.charset.StandardCharsets;

/** The value of Content-Disposition for a file to be saved (RFC 6266). Threads: any. */
final class Attachment {

    /** RFC 8187 section 3.2.1: attr-char, letters and digits aside. */
    private static final String ATTR_CHARS = "!#$&+-.^_`|~";

    private Attachment() {
    }

    /**
     * An attachment of this name. Clients that don't read {@code filename*} get ASCII, with an
     * underscore for what isn't, and for what some of them read as an escape (RFC 6266 appendix D).
     */
    static String named(String fileName) {
        StringBuilder plain = new StringBuilder();
        fileName.codePoints().forEach(c -> plain.append(
                c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' ? '_' : (char) c));
        String value = "attachment; filename=\"" + plain + '"';
        return fileName.contentEquals(plain) ? value
                : value + "; filename*=UTF-8''" + encoded(fileName);
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
