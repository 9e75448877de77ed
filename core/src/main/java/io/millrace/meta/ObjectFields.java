package io.millrace.meta;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a PUT says of its object in header fields, to be sent again with each GET and HEAD.
 *
 * <p>Threads: any, immutable.
 */
public final class ObjectFields { // decision 165

    /** Most bytes of all values together: they fit an ext4 block beside what others keep there. */
    public static final int MAX_BYTES = 2048;

    private static final String CACHE_CONTROL = "Cache-Control";

    /** In the order in which they are sent. Their places are what is kept: don't change them. */
    private static final List<String> NAMES = List.of("Content-Type", "Content-Encoding",
            "Content-Language", "Content-Disposition", CACHE_CONTROL);
    private static final int TYPE = 0;
    private static final int ENCODING = 1;
    private static final int CACHING = 4;
    private static final String NO_CACHE = "no-cache";

    /** RFC 9110 s8.3 and RFC 6266: a field with one value, which is no list. */
    private static final Set<String> SINGLE = Set.of("Content-Type", "Content-Disposition");

    /**
     * What clients send that don't know the type: libraries send the first for any bytes, and some,
     * curl's {@code --data-binary} among them, the second. The name says more.
     */
    private static final Set<String> TELL_NOTHING = // decision 166
            Set.of("application/octet-stream", "application/x-www-form-urlencoded");

    /** No content coding, but the frames of S3's protocol, which nobody would take off again. */
    private static final String S3_FRAMES = "aws-chunked";
    /** What S3's engines call an object whose type they weren't told. */
    private static final String S3_UNKNOWN = "binary/octet-stream";

    /** Nothing was said. */
    public static final ObjectFields NONE = new ObjectFields(new String[NAMES.size()]);

    /** By the places of the names; null for a field that isn't there. */
    private final String[] values;

    private ObjectFields(String[] values) {
        this.values = values;
    }

    /** Fields by their places; none at all if a value can't be one. */
    static ObjectFields ofValues(String[] values) {
        for (String value : values) {
            if (value != null && !isValue(value)) {
                return NONE;
            }
        }
        return new ObjectFields(values.clone());
    }

    /**
     * The fields of a PUT.
     *
     * @throws HttpException 400 for a repeated field that has only one value; 415 for a body that
     *     isn't the object's bytes; 431 if the values have more than {@link #MAX_BYTES}
     */
    public static ObjectFields of(Headers headers) throws HttpException {
        String[] values = null;
        for (int place = 0; place < NAMES.size(); place++) {
            String value = value(headers, place);
            if (value != null) {
                values = values == null ? new String[NAMES.size()] : values;
                values[place] = value;
            }
        }
        if (values != null && values[ENCODING] != null
                && values[ENCODING].toLowerCase(Locale.ROOT).contains(S3_FRAMES)) {
            throw new HttpException(Status.UNSUPPORTED_MEDIA_TYPE, S3_FRAMES + " is not supported: "
                    + "send the object's own bytes, without signed or checksummed chunks");
        }
        return values == null ? NONE : limited(values);
    }

    private static ObjectFields limited(String[] values) throws HttpException {
        ObjectFields fields = new ObjectFields(values);
        if (fields.length() > MAX_BYTES) {
            throw new HttpException(Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    String.join(", ", NAMES) + " are kept with the object: send at most "
                            + MAX_BYTES + " bytes of them");
        }
        return fields;
    }

    private static String value(Headers headers, int place) throws HttpException {
        String name = NAMES.get(place);
        String value = headers.first(name);
        if (value == null) {
            return null;
        }
        List<String> all = headers.all(name);
        if (all.size() > 1) {
            if (SINGLE.contains(name)) {
                throw new HttpException(Status.BAD_REQUEST, name + " must not be repeated");
            }
            value = String.join(", ", all);
        }
        return tellsNothing(place, value) || place == CACHING && isForTheRequest(value, headers)
                ? null : value;
    }

    private static boolean tellsNothing(int place, String value) {
        return value.isBlank()
                || place == TYPE && TELL_NOTHING.contains(essence(value))
                || place == ENCODING && isIdentity(value);
    }

    /**
     * The fields that something else keeps with an object. What can't be a field's value is left
     * out, and so is what says nothing.
     *
     * @param fields a field's value by its name; null if there is none
     */
    public static ObjectFields stored(UnaryOperator<String> fields) {
        String[] values = new String[NAMES.size()];
        for (int place = 0; place < values.length; place++) {
            String value = fields.apply(NAMES.get(place));
            boolean says = value != null && isValue(value) && !tellsNothing(place, value)
                    && !(place == TYPE && S3_UNKNOWN.equals(essence(value)));
            values[place] = says ? value : null;
        }
        return new ObjectFields(values);
    }

    /** A media type without its parameters. */
    private static String essence(String type) {
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Browsers add one of these to a request with conditions, for the caches on its way. */
    private static boolean isForTheRequest(String caching, Headers headers) { // decision 295
        boolean isBrowser = headers.contains("Origin") || headers.contains("Sec-Fetch-Mode");
        return caching.equals("max-age=0") && isBrowser
                || caching.equals(NO_CACHE) && NO_CACHE.equals(headers.first("Pragma"));
    }

    private static boolean isIdentity(String codings) {
        for (String coding : codings.split(",")) {
            if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                return false;
            }
        }
        return true;
    }

    // RFC 9110 s5.5. What is kept may have been written by another program.
    private static boolean isValue(String value) {
        return value.length() <= MAX_BYTES && value.chars().allMatch(
                c -> c >= ' ' && c != 0x7f && c <= 0xff || c == '\t');
    }

    /**
     * These fields, and those of others that are none of these.
     *
     * @throws HttpException 431 if their values have more than {@link #MAX_BYTES}
     */
    public ObjectFields orElse(ObjectFields others) throws HttpException {
        String[] all = values.clone();
        for (int place = 0; place < all.length; place++) {
            all[place] = all[place] == null ? others.values[place] : all[place];
        }
        return limited(all);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        for (String value : values) {
            if (value != null) {
                return false;
            }
        }
        return true;
    }

    /** Those that there are, by their names. */
    public Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        for (int place = 0; place < values.length; place++) {
            if (values[place] != null) {
                named.put(NAMES.get(place), values[place]);
            }
        }
        return named;
    }

    /** Whether the object has a content coding, without which its bytes can't be read. */
    public boolean isCoded() {
        return values[ENCODING] != null;
    }

    /** The value at a place; null if there is none. */
    String value(int place) {
        return values[place];
    }

    /** Length of all values together, in bytes. */
    public int length() {
        int length = 0;
        for (String value : values) {
            length += value == null ? 0 : value.length();
        }
        return length;
    }

    /** How many places there are. */
    static int places() {
        return NAMES.size();
    }

    /**
     * A response with the object, with these fields.
     *
     * @param type the media type if none was said
     */
    public Response on(Response response, String type) {
        Response result = response.set(NAMES.get(TYPE),
                values[TYPE] == null ? type : values[TYPE]);
        for (int place = TYPE + 1; place < values.length; place++) {
            if (values[place] != null) {
                result = result.set(NAMES.get(place), values[place]);
            }
        }
        return result;
    }

    /** A 304 with those of these fields that it has to have (RFC 9110 section 15.4.5). */
    public Response onNotModified(Response response) {
        String value = values[NAMES.indexOf(CACHE_CONTROL)];
        return value == null ? response : response.set(CACHE_CONTROL, value);
    }
}
