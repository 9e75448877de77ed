package io.millrace.tree;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files that are not objects yet, in a folder of their own in the store's folder. It stays
 * small: a new name costs more the more names its folder has, and this way a PUT needs only one in
 * the large folder.
 *
 * <p>Threads: any.
 */
final class StagingFolder {

    /** What their folder is called. */
    static final String FOLDER_NAME = Key.RESERVED + ".parts"; // decision 60

    // No object's name begins like this: no sweep removes an object, wherever it has got to.
    private static final String PREFIX = Key.RESERVED + "-";

    /** What folders are called that are made here, as long as they are empty. */
    private static final String FOLDER_PREFIX = Key.RESERVED + ".folder-";

    private final Path path;
    // Another name than at the last start, so that what could not be swept is in nobody's way.
    private final String start = Long.toHexString(System.nanoTime()) + '-';
    private final AtomicLong count = new AtomicLong();

    StagingFolder(Path folder) {
        this.path = folder.resolve(FOLDER_NAME);
    }

    /**
     * Makes the folder if it is missing, and removes what a killed process left in it.
     *
     * @throws IOException with one line for people, if it can't be had or is no folder
     */
    void open() throws IOException {
        BasicFileAttributes there;
        try {
            there = FileAccess.attributes(path);
            if (there == null) {
                // Its name is not forced to the device, whatever the durability: a power failure
                // that takes it takes parts with it, and an object has its name in the store's
                // folder, which is forced.
                Files.createDirectory(path);
            }
        } catch (IOException e) {
            throw new IOException(
                    "the folder " + path + " can't be made: " + FileErrors.reason(e), e);
        }
        if (there != null && !there.isDirectory()) {
            throw new IOException(path + " is a file or a link where the store needs a folder"
                    + " of its own: remove it, and the store makes one");
        }
        try {
            sweep();
        } catch (IOException e) {
            throw new IOException("leftover files in the folder " + path
                    + " can't be removed: " + FileErrors.reason(e), e);
        }
    }

    private void sweep() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(file);
                } else if (name.startsWith(FOLDER_PREFIX)
                        && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    removeFolder(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Makes the folder anew, after another program has removed it. */
    void makeAgain() throws IOException {
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            return; // another request was faster
        }
    }

    /**
     * Makes an empty folder and moves it where it is to be, unless something is there.
     *
     * @param modes what it is made with
     */
    void moveFolder(FileModes modes, Entry entry) throws IOException {
        Path made = makeFolder();
        boolean moved = false;
        try {
            modes.setFolder(made);
            entry.move(made);
            moved = true;
        } catch (IOException e) {
            if (!FileErrors.isOfTakenName(e)) {
                throw e;
            }
            // Another program was faster; the next look tells what it is.
        } finally {
            if (!moved) {
                removeFolder(made);
            }
        }
    }

    private Path makeFolder() throws IOException {
        Path folder = path.resolve(FOLDER_PREFIX + start + count.incrementAndGet());
        try {
            return Files.createDirectory(folder);
        } catch (NoSuchFileException e) {
            makeAgain();
            return Files.createDirectory(folder);
        }
    }

    /** Removes such a folder, unless another program has put something there. */
    private void removeFolder(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            return; // not the store's to delete
        }
    }

    /** A new name for a part. */
    Path next() {
        return path.resolve(PREFIX + start + count.incrementAndGet());
    }

    /** Whether a failure is that of a file in here, and not of its way out of here. */
    boolean isOf(IOException e) {
        // As text: a path that the locale can't spell makes no path again.
        return e instanceof FileSystemException failure && failure.getOtherFile() == null
                && failure.getFile() != null && failure.getFile().startsWith(path.toString());
    }

    /** Where the parts are. */
    Path path() {
        return path;
    }
}
