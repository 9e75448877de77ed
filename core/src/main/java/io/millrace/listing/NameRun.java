package io.millrace.listing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of a folder that come next in order, as many as fit into some memory.
 *
 * <p>A folder has its names in an order of its own. So all of them are looked at, and whenever
 * there are more than fit, the last ones in order are dropped; they are found again in the next
 * run. The names are packed, as a million strings have a hundred megabytes.
 *
 * <p>Threads: one.
 */
final class NameRun { // decision 162

    /** Of the memory, this much for the names; the rest is for where each begins, twice. */
    private static final double SHARE_OF_NAMES = 0.6;
    private static final int BYTES_PER_OFFSET = 2 * Integer.BYTES;
    private static final int FIRST_BYTES = 4096;
    private static final int FIRST_NAMES = 256;
    /** No file system has longer ones, and neither has the store. */
    private static final int MAX_NAME_BYTES = 255;
    /** The least memory that makes sense: a few names of any length. */
    static final int MIN_BYTES = 16 * 1024;

    private final String after;
    private final int maxBytes;
    private final int maxNames;
    /** Each name behind a byte with its length. */
    private byte[] bytes = new byte[FIRST_BYTES];
    private int usedBytes;
    /** Where each name begins; from {@link #end} on in order. */
    private int[] offsets = new int[FIRST_NAMES];
    private int names;
    /** The first name in order that has been dropped; null if none has. */
    private String bound;
    private int next;
    private String previous;

    /**
     * An empty run.
     *
     * @param after only names behind this one are taken; null for all
     * @param memory in bytes, at least {@link #MIN_BYTES}
     */
    NameRun(String after, long memory) {
        assert memory >= MIN_BYTES : memory;
        this.after = after;
        this.maxBytes = (int) Math.min(memory * SHARE_OF_NAMES, 1 << 30);
        this.maxNames = (int) Math.min(memory * (1 - SHARE_OF_NAMES) / BYTES_PER_OFFSET, 1 << 28);
    }

    /** Takes a name, if it is among those that come next; a name may be taken twice. */
    void add(String name) {
        if (after != null && NameOrder.INSTANCE.compare(name, after) <= 0
                || bound != null && NameOrder.INSTANCE.compare(name, bound) >= 0) {
            return;
        }
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a name of " + encoded.length + " bytes");
        }
        while (names == maxNames || usedBytes + 1 + encoded.length > maxBytes) {
            shrink();
            if (bound != null && NameOrder.INSTANCE.compare(name, bound) >= 0) {
                return;
            }
        }
        if (names == offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.min(maxNames, 2 * names));
        }
        if (usedBytes + 1 + encoded.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(maxBytes, 2 * bytes.length));
        }
        offsets[names] = usedBytes;
        names++;
        bytes[usedBytes] = (byte) encoded.length;
        System.arraycopy(encoded, 0, bytes, usedBytes + 1, encoded.length);
        usedBytes += 1 + encoded.length;
    }

    /** Drops the last names in order, about half of the bytes. */
    private void shrink() {
        sort();
        int unique = 1;
        for (int i = 1; i < names; i++) {
            if (compare(offsets[unique - 1], offsets[i]) != 0) {
                offsets[unique] = offsets[i];
                unique++;
            }
        }
        int kept = 1;
        int keptBytes = entryBytes(offsets[0]);
        while (kept < unique / 2
                && keptBytes + entryBytes(offsets[kept]) <= usedBytes / 2) {
            keptBytes += entryBytes(offsets[kept]);
            kept++;
        }
        if (kept < unique) {
            bound = name(offsets[kept]);
        }
        compact(kept);
    }

    /** Keeps the first names in order, and moves them to the front. */
    private void compact(int kept) {
        Arrays.sort(offsets, 0, kept); // as they lie in memory
        int to = 0;
        for (int i = 0; i < kept; i++) {
            int length = entryBytes(offsets[i]);
            System.arraycopy(bytes, offsets[i], bytes, to, length);
            offsets[i] = to;
            to += length;
        }
        names = kept;
        usedBytes = to;
    }

    /** All names have been seen: from here on they are taken out. */
    void end() {
        sort();
    }

    /** The next name in order; null after the last one of this run. */
    String next() {
        while (next < names) {
            String name = name(offsets[next]);
            next++;
            if (!name.equals(previous)) {
                previous = name;
                return name;
            }
        }
        return null;
    }

    /** Whether no name of the folder comes behind this run. */
    boolean isLast() {
        return bound == null;
    }

    /** What it holds of its memory. */
    long heldBytes() {
        return bytes.length + (long) BYTES_PER_OFFSET * offsets.length;
    }

    // Sorts by merging: no order of names makes it slow.

    private void sort() {
        int[] copy = Arrays.copyOf(offsets, names);
        merge(copy, offsets, 0, names);
    }

    /** Both arrays have the same offsets; {@code to} has them in order afterwards. */
    private void merge(int[] from, int[] to, int low, int high) {
        if (high - low < 2) {
            return;
        }
        int middle = (low + high) >>> 1;
        merge(to, from, low, middle);
        merge(to, from, middle, high);
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean isLeft = right == high
                    || left < middle && compare(from[left], from[right]) <= 0;
            to[i] = isLeft ? from[left++] : from[right++];
        }
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(bytes, a + 1, a + entryBytes(a),
                bytes, b + 1, b + entryBytes(b));
    }

    private int entryBytes(int offset) {
        return 1 + (bytes[offset] & 0xff);
    }

    private String name(int offset) {
        return new String(bytes, offset + 1, bytes[offset] & 0xff, StandardCharsets.UTF_8);
    }
}
