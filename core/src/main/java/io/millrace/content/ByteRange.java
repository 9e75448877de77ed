package io.millrace.content;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of bytes of some content (RFC 9110 section 14).
 *
 * <p>Threads: any, immutable.
 *
 * @param first position of the first byte
 * @param last position of the last byte, inclusive
 * @since 0.1
 */
public record ByteRange(long first, long last) {

    private static final String UNIT = "bytes=";
    /** Most ranges in one request; with more, the field is ignored. */
    static final int MAX_SPECS = 256;
    /**
     * Most parts in one response; with more, the client gets the whole, which is cheaper for both.
     */
    static final int MAX_PARTS = 16;
    /** Gap between two ranges that is sent along, as it is smaller than a part's fields. */
    static final int GAP_BYTES = 128;

    /**
     * Checks the positions.
     *
     * @throws IllegalArgumentException if {@code first} is negative, or {@code last} is before it
     */
    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("invalid range: " + first + "-" + last);
        }
    }

    /** Length in bytes. */
    public long length() {
        return last - first + 1;
    }

    /** The value of {@code Content-Range} for this range of content of {@code sizeBytes}. */
    public String contentRange(long sizeBytes) {
        return "bytes " + first + "-" + last + "/" + sizeBytes;
    }

    /**
     * The satisfiable ranges of a request. Ranges that overlap, or have fewer than 128 bytes
     * between them, are merged. They stay in the order of the request.
     *
     * @param field the value of {@code Range}
     * @param sizeBytes length of the content
     * @return empty if no range is satisfiable (416); null to ignore the field and send 200, as RFC
     *     9110 section 14.2 allows: if it is malformed, in another unit, has more than 256 ranges,
     *     needs more than 16 parts, or the content is empty
     */
    public static @Nullable List<ByteRange> parse(String field, long sizeBytes) {
        if (sizeBytes == 0 || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null; // no Content-Range can describe a part of nothing; the whole can
        }
        String[] specs = field.substring(UNIT.length()).split(",", MAX_SPECS + 1);
        if (specs.length > MAX_SPECS) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>(specs.length);
        boolean any = false;
        for (String spec : specs) {
            String trimmed = trim(spec);
            if (trimmed.isEmpty()) {
                continue; // RFC 9110 s5.6.1: a list may have empty elements
            }
            any = true;
            if (!add(trimmed, sizeBytes, ranges)) {
                return null;
            }
        }
        return any ? merge(ranges) : null;
    }

    /** Adds a range if it is there; false if it is malformed or ends before it begins. */
    private static boolean add(String spec, long sizeBytes, List<ByteRange> ranges) {
        int dash = spec.indexOf('-');
        if (dash < 0 || !isNumber(spec, 0, dash) || !isNumber(spec, dash + 1, spec.length())
                || spec.length() == 1) {
            return false;
        }
        boolean open = dash + 1 == spec.length();
        long first = number(spec, 0, dash);
        long last = open ? Long.MAX_VALUE : number(spec, dash + 1, spec.length());
        if (dash == 0) {
            first = Math.max(0, sizeBytes - last); // RFC 9110 s14.1.2: the last so many bytes
            last = Long.MAX_VALUE;
        }
        if (first < sizeBytes && first <= last) {
            ranges.add(new ByteRange(first, Math.min(last, sizeBytes - 1)));
        }
        return first <= last;
    }

    /** Merges ranges; null if too many are left, checked before they are sorted again. */
    private static List<ByteRange> merge(List<ByteRange> ranges) {
        if (ranges.size() < 2) {
            return ranges;
        }
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(ByteRange::first));
        List<ByteRange> merged = new ArrayList<>();
        for (ByteRange range : sorted) {
            int end = merged.size() - 1;
            if (end >= 0 && range.first - merged.get(end).last <= GAP_BYTES) {
                ByteRange before = merged.get(end);
                merged.set(end, new ByteRange(before.first, Math.max(before.last, range.last)));
            } else {
                merged.add(range);
            }
        }
        if (merged.size() > MAX_PARTS) {
            return null;
        }
        // RFC 9110 s15.3.7.2: parts in the order of the ranges that they come from.
        merged.sort(Comparator.comparingInt(part -> indexOfFirstIn(part, ranges)));
        return merged;
    }

    private static int indexOfFirstIn(ByteRange part, List<ByteRange> ranges) {
        int index = 0;
        while (ranges.get(index).first < part.first || ranges.get(index).first > part.last) {
            index++;
        }
        return index;
    }

    private static String trim(String spec) {
        int start = 0;
        int end = spec.length();
        while (start < end && isBlank(spec.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(spec.charAt(end - 1))) {
            end--;
        }
        return spec.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isNumber(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Digits as a number; Long.MAX_VALUE if there are too many, as no object is longer. */
    private static long number(String text, int start, int end) {
        long number = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
