package io.millrace.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A range of an object's bytes (RFC 9110 section 14). Threads: any, immutable.
 *
 * @param first position of the first byte
 * @param last position of the last byte, which belongs to the range
 */
record ByteRange(long first, long last) {

    private static final String UNIT = "bytes=";
    /** Ranges in one request that are looked at; with more, the field is ignored. */
    static final int MAX_SPECS = 256;
    /** Parts of one answer; with more, the client gets the whole, which is cheaper for both. */
    static final int MAX_PARTS = 16;
    /** Bytes between two ranges that are sent along, being fewer than a part's fields. */
    static final int GAP_BYTES = 128;

    /** Length in bytes. */
    long length() {
        return last - first + 1;
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long sizeBytes) {
        return "bytes " + first + "-" + last + "/" + sizeBytes;
    }

    /**
     * The ranges that a request asks for, of those that are there: overlapping and near ones made
     * one, in the order in which they were asked for.
     *
     * @param field the value of {@code Range}
     * @param sizeBytes length of the object
     * @return empty if none is there; null if the field is to be ignored: malformed, in another
     *     unit or with too many ranges
     */
    static List<ByteRange> parse(String field, long sizeBytes) {
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
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
            int dash = trimmed.indexOf('-');
            if (dash < 0 || !isNumber(trimmed, 0, dash)
                    || !isNumber(trimmed, dash + 1, trimmed.length()) || trimmed.length() == 1) {
                return null;
            }
            ByteRange range = resolve(trimmed, dash, sizeBytes);
            if (range == null) {
                return null;
            }
            if (range.first < sizeBytes) {
                ranges.add(range);
            }
        }
        if (!any || sizeBytes == 0 && isSuffixOfEmpty(specs)) {
            return null;
        }
        List<ByteRange> merged = merge(ranges);
        return merged.size() > MAX_PARTS ? null : merged;
    }

    /** One spec as positions; null if it ends before it begins. */
    private static ByteRange resolve(String spec, int dash, long sizeBytes) {
        long last = number(spec, dash + 1, spec.length());
        if (dash == 0) {
            return new ByteRange(Math.max(0, sizeBytes - last), sizeBytes - 1);
        }
        long first = number(spec, 0, dash);
        if (dash + 1 == spec.length()) {
            return new ByteRange(first, sizeBytes - 1);
        }
        return last < first ? null : new ByteRange(first, Math.min(last, sizeBytes - 1));
    }

    // RFC 9110 s14.1.2: a suffix range of an empty object is satisfiable, by nothing at all. No
    // Content-Range can say so; the whole can.
    private static boolean isSuffixOfEmpty(String[] specs) {
        for (String spec : specs) {
            String trimmed = trim(spec);
            if (trimmed.startsWith("-") && number(trimmed, 1, trimmed.length()) > 0) {
                return true;
            }
        }
        return false;
    }

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

    /** Digits as a number; the largest there is if they are too many, as no object is longer. */
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
