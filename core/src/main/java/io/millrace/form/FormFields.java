package io.millrace.form;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What header fields say of a form and its parts (RFC 7578 section 4).
 *
 * <p>Threads: any.
 */
final class FormFields {

    private static final String DISPOSITION = "content-disposition";
    private static final String TYPE = "content-type";
    private static final String ENCODING = "content-transfer-encoding";
    /** Fields of a part that decide what it is, or whether it is taken. */
    private static final Set<String> ONCE = Set.of(DISPOSITION, TYPE, ENCODING);
    private static final int MAX_BOUNDARY_BYTES = 70;

    private FormFields() {
    }

    /** As {@link MultipartParser#boundary}. */
    static String boundary(Headers headers) throws HttpException {
        String type = type(headers);
        if (!HeaderText.kind(type).equals("multipart/form-data")) {
            throw unsupported("the form must be multipart/form-data");
        }
        String boundary = HeaderText.parameters(type).get("boundary");
        if (boundary == null) {
            throw malformed("its Content-Type has no boundary");
        }
        if (!isBoundary(boundary)) {
            throw malformed("its boundary is invalid");
        }
        return boundary;
    }

    private static String type(Headers headers) throws HttpException {
        List<String> types = headers.all("Content-Type");
        if (types.size() > 1) {
            throw malformed("Content-Type is given more than once");
        }
        return types.isEmpty() ? "" : types.get(0);
    }

    /**
     * Whether a form is urlencoded, rather than multipart.
     *
     * @throws HttpException 415 if it is neither, or in another charset
     */
    static boolean isUrlEncoded(Headers headers) throws HttpException {
        String type = type(headers);
        if (HeaderText.kind(type).equals("application/x-www-form-urlencoded")) {
            refuseOtherCharset(type);
            return true;
        }
        if (!HeaderText.kind(type).equals("multipart/form-data")) {
            throw unsupported("the form must be multipart/form-data or "
                    + "application/x-www-form-urlencoded");
        }
        return false;
    }

    /** Refuses the charset of a media type, or of none, that is not UTF-8 or a part of it. */
    static void refuseOtherCharset(String type) throws HttpException {
        String charset = type == null ? null : HeaderText.parameters(type).get("charset");
        if (charset != null && !charset.equalsIgnoreCase("utf-8")
                && !charset.equalsIgnoreCase("us-ascii")) {
            throw unsupported("the form must be in UTF-8");
        }
    }

    static void refuseCoding(Headers headers) throws HttpException {
        String coding = headers.first("Content-Encoding");
        if (coding != null) {
            throw unsupported("a form must have no Content-Encoding: " + coding);
        }
    }

    // RFC 2046 s5.1.1: 1 to 70 bchars, and no space at the end.
    static boolean isBoundary(String boundary) {
        boolean valid = !boundary.isEmpty() && boundary.length() <= MAX_BOUNDARY_BYTES
                && !boundary.endsWith(" ");
        for (int i = 0; i < boundary.length() && valid; i++) {
            char c = boundary.charAt(i);
            valid = HeaderText.isAlphanumeric(c) || "'()+_,-./:=? ".indexOf(c) >= 0;
        }
        return valid;
    }

    /** A part, from its header fields and the empty line behind them. */
    static FormPart part(byte[] bytes, int count) throws HttpException {
        Map<String, String> fields = new HashMap<>();
        for (String line : text(bytes, count).split("\r\n")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!HeaderText.isToken(name)) {
                throw malformed("a line of a part's header has no field name");
            }
            String before = fields.put(name, line.substring(colon + 1).strip());
            if (before != null && ONCE.contains(name)) {
                throw malformed("a part has more than one " + name);
            }
        }
        String disposition = fields.getOrDefault(DISPOSITION, "");
        if (!HeaderText.kind(disposition).equals("form-data")) {
            throw malformed("a part has no Content-Disposition: form-data");
        }
        refuseEncoding(fields.get(ENCODING));
        Map<String, String> parameters = HeaderText.parameters(disposition);
        String name = parameters.get("name");
        if (name == null) {
            throw malformed("a part has no name");
        }
        // RFC 7578 s4.2: filename* must not be used, so it is no file's name here.
        return new FormPart(unescape(name), fileName(parameters.get("filename")),
                contentType(fields.get(TYPE)), count);
    }

    // RFC 7578 s5.1.2: in UTF-8, as everything that browsers send from a page in UTF-8.
    private static String text(byte[] bytes, int count) throws HttpException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("a part's header is not in UTF-8");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n'
                    || c == '\n' && i > 0 && text.charAt(i - 1) == '\r';
            if (Character.isISOControl(c) && c != '\t' && !ends) {
                throw malformed("a part's header has a control character");
            }
        }
        return text;
    }

    // RFC 7578 s4.7 gives it up. Bytes that are kept as they came would be no file of the client's.
    private static void refuseEncoding(String encoding) throws HttpException {
        if (encoding != null
                && !List.of("7bit", "8bit", "binary").contains(encoding.toLowerCase(Locale.ROOT))) {
            throw unsupported(
                    "a Content-Transfer-Encoding is not supported: send the part as it is");
        }
    }

    private static String contentType(String value) throws HttpException {
        for (int i = 0; value != null && i < value.length(); i++) {
            if (value.charAt(i) > '~') {
                throw malformed("a part's Content-Type is not in ASCII");
            }
        }
        return value;
    }

    // RFC 7578 s4.2: never a path, of no system. Windows' browsers used to send theirs.
    private static String fileName(String value) throws HttpException {
        if (value == null) {
            return null;
        }
        String path = unescape(value);
        String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        if (name.equals(".") || name.equals("..") || name.isEmpty() && !path.isEmpty()) {
            throw malformed("a file's name is that of a folder");
        }
        return name;
    }

    // The HTML standard (multipart/form-data encoding algorithm) escapes these three only.
    private static String unescape(String value) {
        return value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    }

    private static HttpException unsupported(String why) {
        return new HttpException(Status.UNSUPPORTED_MEDIA_TYPE, why);
    }

    static HttpException malformed(String why) {
        return new HttpException(Status.BAD_REQUEST, "malformed form: " + why);
    }
}
