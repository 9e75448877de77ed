package io.millrace.tree;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A file system that can do little: a folder of the default one, without links or locks, with the
 * file channels that a test wants, and with failures and other programs on demand.
 */
public final class PlainFileSystem extends FileSystem {

    /** An operation that may be told to fail. */
    public enum Operation {
        LOOK, OPEN, READ, CREATE, WRITE, CLOSE, FORCE, MOVE, DELETE, MAKE_FOLDER, LIST, LIST_ON
    }

    /** The file channels that there are. */
    public enum FileChannels { NONE, PARTIAL, WHOLE }

    /** What happens just before an operation. */
    public interface Before {
        void operation(Operation operation, Path real) throws IOException;
    }

    private static final Before NOTHING = (operation, real) -> { };

    private final Provider provider = new Provider();
    private volatile Before before = NOTHING;
    public boolean movesAtomically = true;
    /** Whether that goes from one folder to another; not if the other is mounted there. */
    public boolean movesAcrossFolders = true;
    public boolean keepsTimes = true;
    /** Whether a file keeps its time when it is moved; else it gets the same as every other. */
    public boolean movesTimes = true;
    /** What a name is taken for when a file is looked at. */
    public UnaryOperator<String> spelling = UnaryOperator.identity();
    /** The extended attributes of a file; null if there are none. */
    public volatile Function<Path, UserDefinedFileAttributeView> userAttributes = real -> null;
    /** The partial ones can't write or read at a position. Whole ones can be forced. */
    public FileChannels fileChannels = FileChannels.NONE;

    /** From now on an operation fails. */
    public void fail(Operation failing, IOException failure) {
        before = (operation, real) -> {
            if (operation == failing) {
                throw failure;
            }
        };
    }

    /** From now on this happens before operations; null for nothing any more. */
    public void before(Before before) {
        this.before = before == null ? NOTHING : before;
    }

    void enter(Operation operation, Path real) throws IOException {
        before.operation(operation, real);
    }

    public Path path(Path real) {
        return new PlainPath(this, real);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return path(Path.of(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    private final class Provider extends FileSystemProvider {

        @Override
        public String getScheme() {
            return "plain";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return PlainFileSystem.this;
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options,
                FileAttribute<?>... attributes) throws IOException {
            if (fileChannels == FileChannels.NONE) {
                return super.newFileChannel(path, options, attributes); // says unsupported
            }
            checkOptions(options);
            boolean create = options.contains(StandardOpenOption.CREATE_NEW);
            enter(create ? Operation.CREATE : Operation.OPEN, real(path));
            return new PlainFileChannel(PlainFileSystem.this, real(path),
                    fileChannels == FileChannels.WHOLE, options);
        }

        @Override
        public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
                FileAttribute<?>... attributes) throws IOException {
            checkOptions(options);
            boolean create = options.contains(StandardOpenOption.CREATE_NEW);
            enter(create ? Operation.CREATE : Operation.OPEN, real(path));
            return new PlainChannel(PlainFileSystem.this, real(path),
                    Files.newByteChannel(real(path), options));
        }

        private static void checkOptions(Set<? extends OpenOption> options) {
            for (OpenOption option : options) {
                if (!(option instanceof StandardOpenOption)) {
                    throw new UnsupportedOperationException("no such option: " + option);
                }
            }
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder,
                DirectoryStream.Filter<? super Path> filter) throws IOException {
            enter(Operation.LIST, real(folder));
            DirectoryStream<Path> inner = Files.newDirectoryStream(real(folder),
                    path -> filter.accept(path(path)));
            return new DirectoryStream<>() {

                @Override
                public Iterator<Path> iterator() {
                    Iterator<Path> paths = inner.iterator();
                    return new Iterator<>() {

                        @Override
                        public boolean hasNext() {
                            try {
                                enter(Operation.LIST_ON, real(folder));
                            } catch (IOException e) {
                                throw new DirectoryIteratorException(e);
                            }
                            return paths.hasNext();
                        }

                        @Override
                        public Path next() {
                            return path(paths.next());
                        }
                    };
                }

                @Override
                public void close() throws IOException {
                    inner.close();
                }
            };
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes)
                throws IOException {
            enter(Operation.MAKE_FOLDER, real(folder));
            Files.createDirectory(real(folder));
        }

        @Override
        public void delete(Path path) throws IOException {
            enter(Operation.DELETE, real(path));
            Files.delete(real(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            enter(Operation.MOVE, real(target));
            boolean atomically = movesAtomically
                    && (movesAcrossFolders || source.getParent().equals(target.getParent()));
            for (CopyOption option : options) {
                if (option == StandardCopyOption.ATOMIC_MOVE && !atomically) {
                    throw new AtomicMoveNotSupportedException(source.toString(),
                            target.toString(), "plain");
                }
            }
            Files.move(real(source), real(target), options);
            if (!movesTimes) {
                Files.setLastModifiedTime(real(target), FileTime.fromMillis(1_500_000_000_000L));
            }
        }

        @Override
        public boolean isSameFile(Path path, Path other) {
            return path.equals(other);
        }

        @Override
        public boolean isHidden(Path path) {
            return false;
        }

        @Override
        public FileStore getFileStore(Path path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real(path).getFileSystem().provider().checkAccess(real(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type,
                LinkOption... options) {
            if (type == UserDefinedFileAttributeView.class) {
                return type.cast(userAttributes.apply(real(path)));
            }
            if (type != BasicFileAttributeView.class) {
                return null;
            }
            BasicFileAttributeView view = Files.getFileAttributeView(real(path),
                    BasicFileAttributeView.class, options);
            return type.cast(keepsTimes ? view : new TimelessView(view));
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type,
                LinkOption... options) throws IOException {
            enter(Operation.LOOK, real(path));
            Path real = real(path);
            String name = spelling.apply(real.getFileName().toString());
            return Files.readAttributes(real.resolveSibling(name), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes,
                LinkOption... options) throws IOException {
            return Files.readAttributes(real(path), attributes, options);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value,
                LinkOption... options) {
            throw new UnsupportedOperationException();
        }
    }

    static Path real(Path path) {
        return ((PlainPath) path).real();
    }

    /** Attributes of a file system that takes new times and forgets them. */
    private record TimelessView(BasicFileAttributeView inner) implements BasicFileAttributeView {

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public BasicFileAttributes readAttributes() throws IOException {
            return inner.readAttributes();
        }

        @Override
        public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
        }
    }
}
