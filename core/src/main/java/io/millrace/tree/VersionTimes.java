package io.millrace.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the versions of each key apart by their times, where the clock of files doesn't: it ticks
 * every few milliseconds, on some file systems every 2 s, and a file may be dated in the future.
 *
 * <p>Remembered are only the keys whose versions the clock hasn't left behind yet and that no file
 * tells: those of deleted objects, and those that were moved past a tick. Threads: whoever holds
 * the write lock of the keys.
 */
public final class VersionTimes {

    /** The clock has ticked when so much has passed: file systems have steps of up to 2 s. */
    static final long SETTLING_NS = 3_000_000_000L;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SLOT_MS = 10;
    /** File systems keep times in steps of up to 2 s (FAT, zip). */
    private static final long COARSE_NS = 2 * SECOND_NS;

    /** Keys that are remembered at most. */
    static final int MAX_KEYS = 128;

    private final Map<String, Long> recent = new LinkedHashMap<>();

    /** What tells the last version from others whose second a client has named. */
    private long lastSlot;

    /**
     * Stands for the keys that there was no room for, and those that another process has removed;
     * never later than the clock was.
     */
    private long floorNs;

    /** @param floorNs when another process may have made versions; {@link Long#MIN_VALUE}: never */
    public VersionTimes(long floorNs) {
        this.floorNs = floorNs;
    }

    /**
     * The new version of a key, with a time that no other version of it has had.
     *
     * @param file the file of its bytes, whose time is set if need be
     * @param there what the file is; null if it is gone
     * @param bytes what it has to have; negative if it may have any
     * @param before the version that is replaced; null if there is none
     * @param unitNs what its time is to be a multiple of, if it is set
     * @throws IOException if the file has other bytes
     */
    public Version version(Entry entry, Path file, BasicFileAttributes there, Key key,
            long bytes, Version before, long unitNs) throws IOException {
        Version version = checked(entry, there, key, bytes);
        FileAccess access = entry.access();
        if (!access.keepsTimes()) {
            return version;
        }
        // The file system's clock may be another machine's, and ahead.
        long nowNs = Math.max(Version.nowNs(), version.modifiedNs());
        long latestNs = latestNs(key.name(), before, nowNs);
        if (version.modifiedNs() < nowNs - SETTLING_NS) {
            // Written long ago, when versions that are forgotten by now may have been, too.
            latestNs = Math.max(latestNs, nowNs - 1);
        }
        if (version.modifiedNs() > latestNs) {
            return version;
        }
        // The clock of files ticks every few milliseconds; two PUTs may share a tick, and the one
        // that began to write first may end last.
        Version moved = version.at(setLater(file, latestNs, unitNs));
        moved(key.name(), moved, nowNs);
        return moved;
    }

    private static Version checked(Entry entry, BasicFileAttributes there, Key key, long bytes)
            throws IOException {
        Version version = entry.version(there);
        if (version == null || bytes >= 0 && version.sizeBytes() != bytes) {
            throw new IOException("of " + bytes + " bytes received for " + key.name()
                    + ", the file has " + (version == null ? 0 : version.sizeBytes()));
        }
        return version;
    }

    /**
     * Sets a file's time to be later than another time, by as little as the file system can.
     *
     * @param unitNs what the time is to be a multiple of
     * @return the time that the file has now, in nanoseconds since 1970
     */
    private static long setLater(Path file, long thanNs, long unitNs) throws IOException {
        long timeNs = 0;
        // File systems keep times in steps of 1 ns up to 2 s (FAT, zip).
        for (long stepNs = 1; stepNs <= 10_000_000_000L; stepNs *= 10) {
            long laterNs = thanNs + stepNs + Math.floorMod(-(thanNs + stepNs), unitNs);
            Files.setLastModifiedTime(file, FileTime.from(laterNs, TimeUnit.NANOSECONDS));
            timeNs = Version.modifiedNs(Files.readAttributes(file, BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS));
            if (timeNs > thanNs) {
                break;
            }
        }
        return timeNs;
    }

    /**
     * As {@link #version}, with a second that the client has named, if the file system can keep
     * what tells versions of one second apart. Two have the same time only if they were made a
     * multiple of 100,000 s after each other, to a hundredth of a second.
     *
     * @param second seconds since 1970, which are over
     * @param unitNs what its time is to be a multiple of; a divisor of a second
     */
    public Version ofSecond(long second, Entry entry, Path file, BasicFileAttributes there,
            Key key, long bytes, Version before, long unitNs)
            throws IOException { // decision 169
        Version version = checked(entry, there, key, bytes);
        lastSlot = Math.max(lastSlot + 1, System.currentTimeMillis() / SLOT_MS);
        long timeNs = second * SECOND_NS + lastSlot * unitNs % SECOND_NS;
        if (before != null && before.modifiedNs() == timeNs) {
            lastSlot++;
            timeNs = second * SECOND_NS + lastSlot * unitNs % SECOND_NS;
        }
        Files.setLastModifiedTime(file, FileTime.from(timeNs, TimeUnit.NANOSECONDS));
        BasicFileAttributes now = FileAccess.attributes(file);
        Version dated = entry.version(now);
        return dated != null && dated.modifiedNs() == timeNs ? version.at(timeNs)
                : version(entry, file, now, key, bytes, before, unitNs);
    }

    /**
     * The time of an object that is moved to a key: its own, unless a version of that key had it
     * not long ago; then one a moment later, which every file system can keep.
     *
     * @param modifiedNs the object's time
     * @param before the version of the key that is replaced; null if there is none
     */
    public long movedNs(Key key, long modifiedNs, Version before) { // decision 265
        Long removedNs = recent.get(key.name());
        long timeNs = modifiedNs;
        while (before != null && before.modifiedNs() == timeNs
                || removedNs != null && removedNs == timeNs) {
            timeNs += COARSE_NS - Math.floorMod(timeNs, COARSE_NS);
        }
        return timeNs;
    }

    /**
     * The time that a new version of a key has to be later than. What is dated in the future by
     * another program doesn't count: it is another time in any case, and no reason to date a new
     * version there, too.
     *
     * @param before the version that is replaced; null if there is none
     * @param nowNs the time now, in nanoseconds since 1970
     */
    long latestNs(String name, Version before, long nowNs) {
        long latestNs = Math.max(floorNs, recent.getOrDefault(name, Long.MIN_VALUE));
        return before == null || isForeign(before.modifiedNs(), nowNs)
                ? latestNs : Math.max(latestNs, before.modifiedNs());
    }

    /** A version of a key is gone. */
    public void removed(String name, Version version, long nowNs) {
        if (!isForeign(version.modifiedNs(), nowNs)) {
            remember(name, version.modifiedNs(), nowNs);
        }
    }

    /** A version has got a later time than the clock gave it. */
    void moved(String name, Version version, long nowNs) {
        remember(name, version.modifiedNs(), nowNs);
    }

    // Where steps are long, the store itself may have gone further than that; then it remembers.
    private static boolean isForeign(long modifiedNs, long nowNs) {
        return modifiedNs > nowNs + SETTLING_NS;
    }

    private void remember(String name, long modifiedNs, long nowNs) {
        Long known = recent.remove(name);
        long latestNs = known == null ? modifiedNs : Math.max(known, modifiedNs);
        if (isOver(latestNs, nowNs)) {
            return;
        }
        recent.put(name, latestNs);
        Iterator<Long> oldest = recent.values().iterator();
        while (oldest.hasNext()) {
            long oldestNs = oldest.next();
            boolean over = isOver(oldestNs, nowNs);
            if (!over && recent.size() <= MAX_KEYS) {
                break;
            }
            if (!over) {
                floorNs = Math.max(floorNs, Math.min(oldestNs, nowNs));
            }
            oldest.remove();
        }
    }

    private static boolean isOver(long modifiedNs, long nowNs) {
        return modifiedNs < nowNs - SETTLING_NS;
    }

    /** How many keys are remembered. */
    int size() {
        return recent.size();
    }
}
