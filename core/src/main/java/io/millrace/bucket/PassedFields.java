package io.millrace.bucket;

import io.millrace.content.ByteRange;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The condition and the range of a GET as the engine gets them, where it can evaluate them by
 * itself: at most {@code If-Match} with one strong entity tag or {@code If-Unmodified-Since}, and
 * at most one range. Engines differ in everything else, and leave fields out of their 304, so a
 * look at the object goes before the rest.
 *
 * <p>Threads: any, immutable.
 *
 * @param fields what goes to the engine
 * @param isIfRange whether {@code If-Match} in it is the {@code If-Range} of the client, so that
 *     412 means the whole object
 */
record PassedFields(Map<String, String> fields, boolean isIfRange) { // decision 330

    static final PassedFields NONE = new PassedFields(Map.of(), false);

    /** One strong tag of plain characters; of others engines make different things. */
    private static final Pattern TAG = Pattern.compile("\"[!#-~]*\"");
    private static final Pattern RANGE =
            Pattern.compile("bytes=[ \\t]*([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})[ \\t]*",
                    Pattern.CASE_INSENSITIVE);

    /** What of a GET's fields can be passed on; null if a look has to go first. */
    static PassedFields of(Headers headers) {
        Map<String, String> fields = new HashMap<>();
        // RFC 9110 s13.2.2: beside the field with the tag, the one with the date is ignored.
        if (headers.contains("If-Match")) {
            List<String> tags = headers.all("If-Match");
            if (tags.size() > 1 || !TAG.matcher(tags.get(0)).matches()) {
                return null;
            }
            fields.put("If-Match", tags.get(0));
        } else if (isDate(headers, "If-Unmodified-Since")) {
            fields.put("If-Unmodified-Since",
                    HttpDate.format(HttpDate.parse(headers.first("If-Unmodified-Since"))));
        }
        if (headers.contains("If-None-Match") || isDate(headers, "If-Modified-Since")) {
            return null;
        }
        return headers.contains("Range") ? withRange(headers, fields)
                : new PassedFields(fields, false);
    }

    private static boolean isDate(Headers headers, String name) {
        String value = headers.first(name);
        return value != null && HttpDate.parse(value) != HttpDate.NONE; // else it is ignored
    }

    private static PassedFields withRange(Headers headers, Map<String, String> fields) {
        String value = String.join(", ", headers.all("Range"));
        List<ByteRange> ranges = ByteRange.parse(value, Long.MAX_VALUE);
        if (ranges == null && value.indexOf(',') < 0) {
            return new PassedFields(fields, false); // malformed, or in another unit: ignored
        }
        var one = RANGE.matcher(value);
        if (ranges == null || ranges.size() != 1 || !one.matches()) {
            return null;
        }
        String ifRange = headers.first("If-Range");
        if (ifRange != null) {
            if (!fields.isEmpty() || !TAG.matcher(ifRange).matches()) {
                return null;
            }
            fields.put("If-Match", ifRange);
        }
        fields.put("Range", "bytes=" + one.group(1));
        return new PassedFields(fields, ifRange != null);
    }

    /** Whether the engine evaluates a condition of the client's. */
    boolean hasCondition() {
        return !isIfRange && fields.size() > (fields.containsKey("Range") ? 1 : 0);
    }
}
