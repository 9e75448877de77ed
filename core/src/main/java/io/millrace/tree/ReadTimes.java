package io.millrace.tree;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * Has files tell when they were read last, where that can be done without a change of the time that
 * their entity tags are made of: on the default file system, if a trial keeps the latter to the
 * nanosecond.
 *
 * <p>Threads: one.
 */
public final class ReadTimes { // decision 179

    /** No multiple of a microsecond, which is what some systems cut it to. */
    private static final FileTime ODD = FileTime.from(1_000_000_000_123_456_789L,
            TimeUnit.NANOSECONDS);
    private static final FileTime LATER = FileTime.from(1_000_086_400L, TimeUnit.SECONDS);

    private final Folder folder;
    private boolean tried;
    private boolean works;

    /** Tries nothing yet. */
    public ReadTimes(Folder folder) {
        this.folder = folder;
    }

    /**
     * Sets when a file was read, without a lock: it is done to the file that is opened, whichever
     * has this name in that moment.
     *
     * @param second the time, in seconds since 1970
     * @return whether it has been set
     */
    public boolean set(Path file, long second) {
        if (!tried) {
            tried = true;
            works = file.getFileSystem() == FileSystems.getDefault() && keepsOthers();
        }
        if (!works) {
            return false;
        }
        try {
            view(file).setTimes(null, FileTime.from(second, TimeUnit.SECONDS), null);
            return true;
        } catch (IOException e) {
            return false; // gone, or another user's; what is known of it stays in memory
        }
    }

    private static BasicFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, BasicFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
    }

    private boolean keepsOthers() {
        Path part = folder.newPart();
        try {
            folder.create(part).close();
            Files.setLastModifiedTime(part, ODD);
            FileTime before = view(part).readAttributes().lastModifiedTime();
            view(part).setTimes(null, LATER, null);
            BasicFileAttributes after = view(part).readAttributes();
            return after.lastModifiedTime().equals(before)
                    && after.lastAccessTime().equals(LATER);
        } catch (IOException e) {
            return false; // no room for a trial, for example; the next start tries again
        } finally {
            folder.remove(part);
        }
    }
}
