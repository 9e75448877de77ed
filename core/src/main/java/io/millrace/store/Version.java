package io.millrace.store;

import io.millrace.http.HttpDate;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What tells one state of an object from every other: its size, its time and its file.
 *
 * <p>Threads: any, immutable.
 *
 * @param sizeBytes length of the object
 * @param modifiedNs when it was changed, in nanoseconds since 1970; no two states of a key that one
 *     store made share it
 * @param file tells files apart where the file system can (the inode on Unix), so that a file put
 *     there by another program with the same size and time is another state as well
 * @param strong whether all of this is sure; not on a file system that keeps no times
 */
record Version(long sizeBytes, long modifiedNs, int file, boolean strong) {

    /** The version of a file with these attributes. */
    static Version of(BasicFileAttributes attributes, boolean strong) {
        Object fileKey = attributes.fileKey();
        return new Version(attributes.size(), modifiedNs(attributes),
                fileKey == null ? 0 : fileKey.hashCode(), strong);
    }

    /** When a file with these attributes was changed, in nanoseconds since 1970. */
    static long modifiedNs(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /** This version, of another size. */
    Version ofSize(long sizeBytes) {
        return new Version(sizeBytes, modifiedNs, file, strong);
    }

    /** This version, at another time. */
    Version at(long modifiedNs) {
        return new Version(sizeBytes, modifiedNs, file, strong);
    }

    /** The entity tag (RFC 9110 section 8.8.3), quotes included. */
    String etag() {
        return (strong ? "\"" : "W/\"") + Long.toHexString(modifiedNs) + '-'
                + Long.toHexString(sizeBytes) + '-' + Integer.toHexString(file) + '"';
    }

    /** When it was changed, in whole seconds since 1970, as HTTP's dates count. */
    long modifiedSecond() {
        return Math.floorDiv(modifiedNs, 1_000_000_000L);
    }

    /** The value of {@code Last-Modified}. */
    String lastModified() {
        // RFC 9110 s8.8.2.1: never later than the response's own date.
        return HttpDate.format(Math.min(modifiedSecond(), System.currentTimeMillis() / 1000));
    }
}
