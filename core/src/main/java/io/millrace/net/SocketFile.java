package io.millrace.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file of a Unix domain socket, from bind to close.
 *
 * <p>Java can't set the permissions with which {@code bind} creates the file, and it listens in the
 * same call. So the socket is bound in a folder that only this user may enter, gets its permissions
 * there, and is then renamed to its place: it is never reachable with laxer permissions. The folder
 * is beside the file, has a name of a dot and three letters, and is removed at once. Tools
 * that list sockets show the name of the bind: {@code /run/.k3x/millrace.sock}.
 *
 * <p>Threads: one at a time.
 */
final class SocketFile {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");
    private static final int TYPE_BITS = 0170000;
    private static final int SOCKET_BITS = 0140000;
    /** So many names in a row that are all taken would be an attack. */
    private static final int MAX_TRIES = 100;

    private final Path path;
    /** Identifies the file, should another take its name; null if the system can't. */
    private final Object key;
    /** Once true this is always true: what has the name now may even have the same key. */
    private boolean isRemoved;

    private SocketFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /**
     * Binds the socket to the file and listens. A socket file without a server is replaced.
     *
     * @param permissions the file's; empty for what the system gives it
     * @param takesOver whether the file of a server that listens is replaced, too
     * @throws BindException if a server listens on it, or another kind of file has the name
     */
    static SocketFile bind(ServerSocketChannel socket, Path path, int backlog,
            Set<PosixFilePermission> permissions, boolean takesOver) throws IOException {
        try {
            return take(socket, path, backlog, permissions, takesOver);
        } catch (AccessDeniedException e) {
            // The message of these is a path, often that of the temporary folder.
            throw new IOException("permission denied for its folder", e);
        } catch (NoSuchFileException e) {
            throw new IOException("its folder does not exist", e);
        }
    }

    private static SocketFile take(ServerSocketChannel socket, Path path, int backlog,
            Set<PosixFilePermission> permissions, boolean takesOver) throws IOException {
        boolean isThere = exists(path);
        if (isThere && !isSocket(path)) {
            throw new BindException("the file exists and is not a socket");
        }
        boolean hasServer = isThere && hasServer(path);
        if (hasServer && !takesOver) {
            throw new BindException("another server is listening on it");
        }
        // So that there is no moment in which clients find none of the two.
        if (!permissions.isEmpty() || hasServer) {
            return bindUnseen(socket, path, backlog, permissions);
        }
        if (isThere) {
            Files.delete(path);
        }
        socket.bind(UnixDomainSocketAddress.of(path), backlog);
        return new SocketFile(path, key(path));
    }

    /** Removes the file, unless another server has taken its place. Later calls do nothing. */
    void remove() throws IOException {
        if (!isRemoved && exists(path) && Objects.equals(key, key(path))) {
            Files.delete(path);
        }
        isRemoved = true;
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static Object key(Path path) throws IOException {
        return attributes(path).fileKey();
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean hasServer(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Or a server that lives, but doesn't accept at the moment, would keep us waiting.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (IOException e) {
            throw new BindException("cannot tell whether a server is listening on it: "
                    + e.getMessage());
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return attributes(path).isOther();
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE_BITS) == SOCKET_BITS;
    }

    private static SocketFile bindUnseen(ServerSocketChannel socket, Path path, int backlog,
            Set<PosixFilePermission> permissions) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            throw new BindException("the file system does not support POSIX"
                    + " permissions; set socketPermissions to none, and take no socket over");
        }
        Path folder = makeFolder(path.toAbsolutePath().getParent());
        Path unseen = folder.resolve(path.getFileName());
        try {
            socket.bind(UnixDomainSocketAddress.of(unseen), backlog);
            if (!permissions.isEmpty()) {
                Files.setPosixFilePermissions(unseen, permissions);
            }
            Object key = key(unseen);
            // Takes the place of another file in one step.
            Files.move(unseen, path, StandardCopyOption.ATOMIC_MOVE); // decision 22
            return new SocketFile(path, key);
        } finally {
            Files.deleteIfExists(unseen);
            Files.delete(folder);
        }
    }

    /** A folder with a short name, as the path of a socket may have about a hundred bytes. */
    private static Path makeFolder(Path parent) throws IOException {
        for (int tries = 1;; tries++) {
            int number = ThreadLocalRandom.current().nextInt(36 * 36, 36 * 36 * 36);
            Path folder = parent.resolve("." + Integer.toString(number, 36));
            try {
                return Files.createDirectory(folder,
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException taken) {
                if (tries == MAX_TRIES) {
                    throw taken;
                }
            }
        }
    }
}
