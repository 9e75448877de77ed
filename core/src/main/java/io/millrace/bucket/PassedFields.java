package io.millrace.bucket;

import io.millrace.content.ByteRange;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The conditions and the range of a GET as the engine gets them, where it can evaluate them by
 * itself: at most one condition, of one entity tag or a date, and at most one range. Engines differ
 * in everything else, so a look at the object goes before the rest.
 *
 * <p>Threads: any, immutable.
 *
 * @param fields what goes to the engine
 * @param tag the one tag in it; null if there is none
 * @param isIfRange whether the tag is that of {@code If-Range}, so that 412 means the whole object
 */
record PassedFields(Map<String, String> fields, String tag, boolean isIfRange) { // decision 330

    static final PassedFields NONE = new PassedFields(Map.of(), null, false);

    /** One tag of plain characters; of others engines make different things. */
    private static final Pattern TAG = Pattern.compile("(W/)?\"[!#-~]*\"");
    private static final Pattern RANGE =
            Pattern.compile("bytes=[ \\t]*([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})[ \\t]*",
                    Pattern.CASE_INSENSITIVE);

    /** What of a GET's fields can be passed on; null if a look has to go first. */
    static PassedFields of(Headers headers) {
        Map<String, String> fields = new HashMap<>();
        String tag = null;
        // RFC 9110 s13.2.2: beside the field with the tag, the one with the date is ignored.
        if (headers.contains("If-Match")) {
            tag = tag(headers, "If-Match");
            if (tag == null || tag.startsWith("W/")) {
                return null;
            }
            fields.put("If-Match", tag);
        } else {
            addDate(fields, headers, "If-Unmodified-Since");
        }
        if (headers.contains("If-None-Match")) {
            tag = tag(headers, "If-None-Match");
            if (tag == null) {
                return null;
            }
            // Compared weakly, and the engine's own tags are strong ones.
            tag = tag.startsWith("W/") ? tag.substring(2) : tag;
            fields.put("If-None-Match", tag);
        } else {
            addDate(fields, headers, "If-Modified-Since");
        }
        if (fields.size() > 1) {
            return null;
        }
        return headers.contains("Range") ? withRange(headers, fields, tag)
                : new PassedFields(fields, tag, false);
    }

    private static String tag(Headers headers, String name) {
        List<String> values = headers.all(name);
        return values.size() == 1 && TAG.matcher(values.get(0)).matches() ? values.get(0) : null;
    }

    private static void addDate(Map<String, String> fields, Headers headers, String name) {
        String value = headers.first(name);
        long second = value == null ? HttpDate.NONE : HttpDate.parse(value);
        // RFC 9110 s13.1.3: one that is malformed or later than now is ignored.
        if (second != HttpDate.NONE && second <= System.currentTimeMillis() / 1000) {
            fields.put(name, HttpDate.format(second));
        }
    }

    private static PassedFields withRange(Headers headers, Map<String, String> fields,
            String tag) {
        String value = String.join(", ", headers.all("Range"));
        List<ByteRange> ranges = ByteRange.parse(value, Long.MAX_VALUE);
        if (ranges == null && value.indexOf(',') < 0) {
            return new PassedFields(fields, tag, false); // malformed, or in another unit: ignored
        }
        var one = RANGE.matcher(value);
        if (ranges == null || ranges.size() != 1 || !one.matches()) {
            return null;
        }
        String ifRange = headers.first("If-Range");
        if (ifRange != null) {
            if (!fields.isEmpty() || !TAG.matcher(ifRange).matches() || ifRange.startsWith("W/")) {
                return null;
            }
            fields.put("If-Match", ifRange);
        }
        fields.put("Range", "bytes=" + one.group(1));
        return new PassedFields(fields, ifRange != null ? ifRange : tag, ifRange != null);
    }

    /** Whether the engine evaluates a condition of the client's. */
    boolean hasCondition() {
        return !isIfRange && fields.size() > (fields.containsKey("Range") ? 1 : 0);
    }
}
