package io.millrace.tree;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A place that is found by its path. Where folders lead to it, each is looked at before it is used,
 * and again after that: a program that swaps a link in and out between the two looks leads the
 * store elsewhere, so this is for keys of one segment, and for file systems that don't open names
 * within an open folder.
 *
 * <p>Threads: one at a time.
 */
final class PathEntry extends Entry {

    private final StagingFolder staging;
    private final FolderForce rootForce;
    /** The folders on the way, outermost first, up to the first that is missing. */
    private final List<Path> folders = new ArrayList<>();
    /** What tells these folders apart, where the file system can. */
    private final List<Object> fileKeys = new ArrayList<>();
    private Way way = Way.OPEN;

    /**
     * A place.
     *
     * @param root the store's folder
     * @param name the name as a path
     */
    PathEntry(Path root, Path name, FileAccess access, StagingFolder staging,
            FolderForce rootForce, FaultLog faults) throws IOException {
        super(root.resolve(name), access, faults);
        this.staging = staging;
        this.rootForce = rootForce;
        Path folder = root;
        for (int i = 0; i + 1 < name.getNameCount() && way == Way.OPEN; i++) {
            folder = folder.resolve(name.getName(i));
            BasicFileAttributes attributes = FileAccess.attributes(folder);
            if (attributes == null) {
                way = Way.MISSING;
            } else if (!attributes.isDirectory()) {
                way = Way.BLOCKED;
            } else {
                folders.add(folder);
                fileKeys.add(attributes.fileKey());
            }
        }
    }

    @Override
    public Way way() {
        return way;
    }

    @Override
    int missing() {
        return folders.size() + 1;
    }

    @Override
    void checkWay() throws IOException {
        for (int i = 0; i < folders.size(); i++) {
            BasicFileAttributes attributes = FileAccess.attributes(folders.get(i));
            if (attributes == null || !attributes.isDirectory()
                    || !Objects.equals(attributes.fileKey(), fileKeys.get(i))) {
                throw new NoSuchFileException(folders.get(i).toString());
            }
        }
    }

    @Override
    public BasicFileAttributes attributes() throws IOException {
        return way == Way.OPEN ? access().look(path()) : null;
    }

    @Override
    DirectoryStream<Path> siblings() throws IOException {
        checkWay();
        return Files.newDirectoryStream(path().getParent());
    }

    @Override
    BasicFileAttributes sibling(Path name) throws IOException {
        return FileAccess.attributes(path().resolveSibling(name));
    }

    @Override
    public SeekableByteChannel open() throws IOException {
        SeekableByteChannel channel = access().open(path());
        boolean checked = false;
        try {
            checkWay();
            checked = true;
            return channel;
        } finally {
            if (!checked) {
                channel.close();
            }
        }
    }

    @Override
    void move(Path part) throws IOException {
        checkWay();
        access().move(part, path());
        try {
            checkWay();
        } catch (NoSuchFileException e) {
            throw new FileSystemException(path().toString(), part.toString(),
                    "a folder above was replaced in the same moment");
        }
    }

    // In folders, whether they are the same is looked at before and after: that is no one step.
    @Override
    boolean moveNew(Path part) {
        return folders.isEmpty() && access().moveNew(part, path());
    }

    @Override
    void rename(Entry target) throws IOException {
        checkWay();
        target.move(path());
    }

    @Override
    boolean deleteFile() throws IOException {
        checkWay();
        return access().delete(path());
    }

    @Override
    public void makeFolder() throws IOException {
        checkWay();
        if (access().modes().areSet()) {
            // To set them here could set those of what a link leads to that is swapped in.
            staging.moveFolder(access().modes(), this);
            return;
        }
        try {
            Files.createDirectory(path());
        } catch (FileAlreadyExistsException e) {
            return; // another program was faster; the next look tells what it is
        }
    }

    @Override
    public void deleteFolder() throws IOException {
        checkWay();
        Files.delete(path());
    }

    @Override
    public Forcing force() throws IOException {
        Forcing forcing = new Forcing(faults());
        boolean opened = false;
        try {
            for (int i = folders.size() - 1; i >= 0; i--) {
                Path folder = folders.get(i);
                forcing.add(new FolderForce(folder, List.of(), faults()), null);
            }
            forcing.add(rootForce, null);
            opened = true;
            return forcing;
        } finally {
            if (!opened) {
                forcing.close();
            }
        }
    }

    /** There is nothing to close. */
    @Override
    public void close() {
    }
}
