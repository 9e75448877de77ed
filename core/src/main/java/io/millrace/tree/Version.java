package io.millrace.tree;

import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.file.FileState;
import io.millrace.http.Response;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What tells one state of an object from every other: its size, its time and its file. The entity
 * tag is made of size and time, so that a copy that keeps the time keeps the tag.
 *
 * <p>Threads: any, immutable.
 *
 * @param sizeBytes length of the object
 * @param modifiedNs when it was changed, in nanoseconds since 1970; no two states of a key that one
 *     store made share it
 * @param file tells files apart where the file system can (the inode on Unix), so that a file put
 *     there by another program with the same size and time is another state as well
 * @param strong whether size and time are sure to tell; not on a file system that keeps no times,
 *     nor of a time that 64 bits of nanoseconds can't hold
 */
public record Version(long sizeBytes, long modifiedNs, int file, boolean strong) {

    /** The version of a file with these attributes. */
    public static Version of(BasicFileAttributes attributes, boolean strong) {
        Object fileKey = attributes.fileKey();
        long modifiedNs = modifiedNs(attributes);
        boolean held = modifiedNs != Long.MAX_VALUE && modifiedNs != Long.MIN_VALUE;
        return new Version(attributes.size(), modifiedNs,
                fileKey == null ? 0 : fileKey.hashCode(), strong && held);
    }

    /**
     * When a file with these attributes was changed, in nanoseconds since 1970; the least or the
     * greatest number for times before 1677 and after 2262.
     */
    public static long modifiedNs(BasicFileAttributes attributes) {
        return attributes instanceof FileState state ? state.modifiedNs()
                : attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /** The time now, in nanoseconds since 1970. */
    public static long nowNs() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** This version, of another size. */
    public Version ofSize(long sizeBytes) {
        return new Version(sizeBytes, modifiedNs, file, strong);
    }

    /** This version where it is not sure whether it is that of the bytes. */
    public Version weak() {
        return new Version(sizeBytes, modifiedNs, file, false);
    }

    /** This version, at another time. */
    public Version at(long modifiedNs) {
        return new Version(sizeBytes, modifiedNs, file, strong);
    }

    /** The entity tag (RFC 9110 section 8.8.3), quotes included. */
    String etag() { // decision 114
        return (strong ? "\"" : "W/\"") + Long.toHexString(modifiedNs) + '-'
                + Long.toHexString(sizeBytes) + '"';
    }

    /** What HTTP says of it: its entity tag, and its time in whole seconds. */
    public Validators validators() {
        return new Validators(etag(), Math.floorDiv(modifiedNs, 1_000_000_000L));
    }

    /**
     * Evaluates the conditions of a change; makes no entity tag where there are none.
     *
     * @param current what the key names; null if nothing
     * @return null to go on; else 412
     */
    public static Response refuseChange(Version current, Preconditions preconditions) {
        return preconditions.isEmpty() ? null
                : preconditions.refuseChange(current == null ? null : current.validators());
    }
}
