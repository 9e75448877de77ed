package io.millrace.tree;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A place in a folder that is held open: no link that is swapped in on the way leads elsewhere.
 *
 * <p>Threads: one at a time.
 */
final class HeldEntry extends Entry {

    private static final Set<OpenOption> READ_NO_LINK =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final OpenFolders folders;
    private final StagingFolder staging;
    /** The folder, or the last on the way to it that there is. */
    private final OpenFolder folder;
    private final Path name;
    private final Way way;
    private final int missing;
    /** How many folders had been moved when this place was looked for. */
    private final long moves;

    private HeldEntry(Path path, FileAccess access, OpenFolders folders, long moves,
            StagingFolder staging, FaultLog faults, OpenFolder folder, Path name, Way way,
            int missing) {
        super(path, access, faults);
        this.folders = folders;
        this.moves = moves;
        this.staging = staging;
        this.folder = folder;
        this.name = name;
        this.way = way;
        this.missing = missing;
    }

    /**
     * Finds a place.
     *
     * @param root the path of the store's folder, for what needs no folder
     * @param key the key
     * @param names its name as a path
     */
    static HeldEntry of(Path root, Key key, Path names, FileAccess access, OpenFolders folders,
            StagingFolder staging, FaultLog faults) throws IOException {
        Path path = root.resolve(names);
        Path name = names.getFileName();
        int segments = names.getNameCount();
        String folderName = key.name().substring(0, key.name().lastIndexOf('/'));
        long nowNs = System.nanoTime();
        long moves = folders.moves();
        OpenFolder recent = folders.recent(folderName, nowNs);
        if (recent != null) {
            return new HeldEntry(path, access, folders, moves, staging, faults, recent, name,
                    Way.OPEN, segments);
        }
        OpenFolder folder = folders.root();
        boolean found = false;
        try {
            Way way = Way.OPEN;
            int depth = 0;
            int end = -1;
            while (depth + 1 < segments && way == Way.OPEN) {
                Path segment = names.getName(depth);
                depth++;
                end = key.name().indexOf('/', end + 1);
                BasicFileAttributes attributes = folder.attributes(segment);
                if (attributes == null) {
                    way = Way.MISSING;
                } else if (!attributes.isDirectory()) {
                    way = Way.BLOCKED;
                } else {
                    String below = key.name().substring(0, end);
                    try {
                        OpenFolder entered = folders.enter(folder, below, segment, attributes);
                        folders.giveBack(folder);
                        folder = entered;
                    } catch (NoSuchFileException e) {
                        way = Way.MISSING; // removed or moved since it was looked at
                    } catch (IOException e) {
                        if (!FileErrors.isOfNoFolder(e)) {
                            throw e;
                        }
                        way = Way.BLOCKED; // a link has been swapped in
                    }
                }
            }
            found = true;
            if (way == Way.OPEN) {
                folders.found(folder, nowNs);
            }
            return new HeldEntry(path, access, folders, moves, staging, faults, folder, name, way,
                    depth);
        } finally {
            if (!found) {
                folders.giveBack(folder);
            }
        }
    }

    @Override
    public Way way() {
        return way;
    }

    @Override
    int missing() {
        return missing;
    }

    @Override
    public BasicFileAttributes attributes() throws IOException {
        return way == Way.OPEN && isInPlace() ? folder.attributes(name) : null;
    }

    @Override
    public Path heldPath() throws IOException {
        return folder.heldPath().resolve(name);
    }

    @Override
    public SeekableByteChannel open() throws IOException {
        return folder.stream().newByteChannel(name, READ_NO_LINK);
    }

    @Override
    void move(Path part) throws IOException {
        checkWay();
        folder.move(part, name);
    }

    @Override
    boolean moveNew(Path part) throws IOException {
        return isInPlace() && folder.moveNew(part, name);
    }

    @Override
    void rename(Entry target) throws IOException {
        checkWay();
        target.checkWay();
        if (target instanceof HeldEntry held) {
            folder.stream().move(name, held.folder.stream(), held.name);
        } else {
            // An absolute path, so it is no name in this folder.
            folder.stream().move(name, folder.stream(), target.path());
        }
    }

    @Override
    boolean deleteFile() throws IOException {
        try {
            checkWay();
            folder.deleteFile(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    // Java makes no folder within an open one, so it is made aside and moved.
    @Override
    public void makeFolder() throws IOException {
        staging.moveFolder(access().modes(), this);
    }

    @Override
    public void deleteFolder() throws IOException {
        checkWay();
        folder.stream().deleteDirectory(name);
    }

    @Override
    public Forcing force() throws IOException {
        Forcing forcing = new Forcing(faults());
        boolean opened = false;
        try {
            forcing.add(folder.force(), null);
            OpenFolder below = folder;
            while (below.parent() != null && !below.isForced()) {
                forcing.add(below.parent().force(), below::forced);
                below = below.parent();
            }
            opened = true;
            return forcing;
        } finally {
            if (!opened) {
                forcing.close();
            }
        }
    }

    @Override
    DirectoryStream<Path> siblings() throws IOException {
        return folder.names();
    }

    @Override
    BasicFileAttributes sibling(Path name) throws IOException {
        return folder.attributes(name);
    }

    /**
     * Whatever its path leads to by now, the folder is the one found; but the store may have moved
     * it since, or one above. Under a key's lock that can't happen any more once it was looked at.
     */
    @Override
    void checkWay() throws IOException {
        if (!isInPlace()) {
            throw new NoSuchFileException(path().toString());
        }
    }

    private boolean isInPlace() throws IOException { // decision 267
        return folders.moves() == moves || folder.isInPlace();
    }

    @Override
    public void close() {
        folders.giveBack(folder);
    }
}
