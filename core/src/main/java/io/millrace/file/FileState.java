package io.millrace.file;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The attributes of a file, as the system has told them.
 *
 * <p>Threads: any, immutable.
 *
 * @param mode its kind and permissions, in the bits of Unix; 0 if there is none
 * @param sizeBytes its length
 * @param device where it is
 * @param number what tells it from others there
 * @param modified when its bytes were changed
 * @param accessed when they were read
 * @param created when it was made, or changed if the system doesn't know
 */
public record FileState(int mode, long sizeBytes, long device, long number, Time modified,
        Time accessed, Time created) implements BasicFileAttributes {

    /** There is no file. */
    public static final FileState NOTHING =
            new FileState(0, 0, 0, 0, Time.ZERO, Time.ZERO, Time.ZERO);

    private static final int KIND = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int FOLDER = 0x4000;
    private static final int LINK = 0xa000;

    /** A time: seconds since 1970, and nanoseconds since then. */
    public record Time(long second, int ns) {

        private static final Time ZERO = new Time(0, 0);
        private static final long SECOND_NS = 1_000_000_000L;
        /** Beyond as many seconds, 64 bits of nanoseconds can't hold the time. */
        private static final long MOST_SECONDS = Long.MAX_VALUE / SECOND_NS - 1;

        private FileTime asFileTime() {
            return isBeyondInstants() ? FileTime.from(second, TimeUnit.SECONDS)
                    : FileTime.from(Instant.ofEpochSecond(second, ns));
        }

        /** Any program may date a file so, where the file system has 64 bits of seconds. */
        private boolean isBeyondInstants() {
            return second > Instant.MAX.getEpochSecond() || second < Instant.MIN.getEpochSecond();
        }

        private long sinceEpochNs() {
            if (second > MOST_SECONDS) {
                return Long.MAX_VALUE;
            }
            return second < -MOST_SECONDS ? Long.MIN_VALUE : second * SECOND_NS + ns;
        }
    }

    /** When its bytes were changed, in nanoseconds since 1970, or the last or first of them. */
    public long modifiedNs() {
        return modified.sinceEpochNs();
    }

    @Override
    public FileTime lastModifiedTime() {
        return modified.asFileTime();
    }

    @Override
    public FileTime lastAccessTime() {
        return accessed.asFileTime();
    }

    @Override
    public FileTime creationTime() {
        return created.asFileTime();
    }

    @Override
    public boolean isRegularFile() {
        return (mode & KIND) == REGULAR;
    }

    @Override
    public boolean isDirectory() {
        return (mode & KIND) == FOLDER;
    }

    @Override
    public boolean isSymbolicLink() {
        return (mode & KIND) == LINK;
    }

    @Override
    public boolean isOther() {
        return !isRegularFile() && !isDirectory() && !isSymbolicLink();
    }

    @Override
    public long size() {
        return sizeBytes;
    }

    @Override
    public Object fileKey() {
        return new FileKey(device, number);
    }

    /**
     * Whether two keys of files are of one file, whoever has told them: the JDK's classes don't
     * know this one. Null is the key of none.
     */
    public static boolean isOneKey(Object one, Object other) {
        if (one == null || other == null) {
            return false;
        }
        return one.getClass() == other.getClass() ? one.equals(other)
                : one.toString().equals(other.toString());
    }
}
