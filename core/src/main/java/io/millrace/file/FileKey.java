package io.millrace.file;

import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells a file from others that there are: its device, and its number there. The JDK has the
 * same in a class of its own, with which this is compared by its text, and shares the hash.
 *
 * <p>Threads: any, immutable.
 */
record FileKey(long device, long number) {

    /** As {@code fileKey} of {@link BasicFileAttributes} shows it. */
    @Override
    public String toString() {
        return "(dev=" + Long.toHexString(device) + ",ino=" + number + ')';
    }

    @Override
    public int hashCode() {
        return (int) (device ^ device >>> 32) + (int) (number ^ number >>> 32);
    }
}
