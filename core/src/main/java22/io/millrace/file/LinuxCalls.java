package io.millrace.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of Linux that {@link LinuxFileCalls} and {@link LinuxNewFile} make, as a 64-bit libc
 * has them. Each returns what the kernel returns, or the negated {@code errno}. None allocates.
 *
 * <p>They are ordinary downcalls, not critical ones: a disk may keep any of them waiting, and a
 * critical one would hold up every safepoint of the JVM meanwhile.
 *
 * <p>Threads: any; each with memory of its own.
 */
final class LinuxCalls {

    /** In place of a folder's descriptor: the name is an absolute path. */
    static final int NO_FOLDER = -100;
    /** In place of a name: the descriptor's own file. */
    static final MemorySegment ITSELF = Arena.global().allocate(1);
    static final int RENAME_NOREPLACE = 1;

    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    // The two that differ between the processors that are known here.
    private static final int O_DIRECTORY;
    private static final int O_NOFOLLOW;
    /** Before the umask takes some of them away, as everywhere. */
    private static final int FILE_MODE = 0666;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS_AND_BTIME = 0xfff;
    private static final int TEXT_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPENAT;
    private static final MethodHandle WRITE;
    private static final MethodHandle FSYNC;
    private static final MethodHandle CLOSE;
    private static final MethodHandle STATX;
    private static final MethodHandle RENAMEAT2;
    private static final MethodHandle UNLINKAT;
    private static final MethodHandle STRERROR;

    static {
        if (!System.getProperty("os.name").equals("Linux") || ADDRESS.byteSize() != Long.BYTES) {
            throw new UnsupportedOperationException("not a 64-bit Linux");
        }
        switch (System.getProperty("os.arch")) {
            case "amd64" -> {
                O_DIRECTORY = 0x10000;
                O_NOFOLLOW = 0x20000;
            }
            case "aarch64" -> {
                O_DIRECTORY = 0x4000;
                O_NOFOLLOW = 0x8000;
            }
            default -> throw new UnsupportedOperationException("an unknown processor");
        }
        OPENAT = find("openat",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(3));
        WRITE = find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        FSYNC = find("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        STATX = find("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT,
                JAVA_INT, ADDRESS));
        RENAMEAT2 = find("renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT,
                ADDRESS, JAVA_INT));
        UNLINKAT = find("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        STRERROR = find("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    private LinuxCalls() {
    }

    // The one who asks for the calls has made sure that native access was granted.
    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        MemorySegment address = LINKER.defaultLookup().find(name).orElseThrow(
                () -> new UnsupportedOperationException("this system does not support " + name));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return LINKER.downcallHandle(address, descriptor, all);
    }

    /** Makes a file of the memory's name, open for writing. */
    static int create(CallMemory memory, int folder) {
        return open(memory, folder, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
    }

    /** Opens the folder of the memory's name, and no link to one. */
    static int openFolder(CallMemory memory, int folder) {
        return open(memory, folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }

    private static int open(CallMemory memory, int folder, int flags) {
        try {
            return memory.result((int) OPENAT.invokeExact(memory.captured(), folder,
                    memory.name(), flags, FILE_MODE));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Writes at the file's position. */
    static int write(CallMemory memory, int file, MemorySegment bytes) {
        try {
            return memory.result((int) (long) WRITE.invokeExact(memory.captured(), file, bytes,
                    bytes.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int force(CallMemory memory, int file) {
        try {
            return memory.result((int) FSYNC.invokeExact(memory.captured(), file));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(CallMemory memory, int descriptor) {
        try {
            return memory.result((int) CLOSE.invokeExact(memory.captured(), descriptor));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Looks at a file, of which the memory has the state then.
     *
     * @param name the memory's, of which no link is followed; or {@link #ITSELF}
     */
    static int state(CallMemory memory, int folder, MemorySegment name) {
        int flags = name == ITSELF ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
        try {
            return memory.result((int) STATX.invokeExact(memory.captured(), folder, name, flags,
                    STATX_BASIC_STATS_AND_BTIME, memory.stateBytes()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Moves what has the memory's name to its other name. */
    static int rename(CallMemory memory, int folder, int toFolder, int flags) {
        try {
            return memory.result((int) RENAMEAT2.invokeExact(memory.captured(), folder,
                    memory.name(), toFolder, memory.toName(), flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Removes the memory's name, unless it is a folder's. */
    static int unlink(CallMemory memory, int folder) {
        try {
            return memory.result((int) UNLINKAT.invokeExact(memory.captured(), folder,
                    memory.name(), 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What the system calls a failure. */
    @SuppressWarnings("restricted")
    static String text(CallMemory memory, int errno) {
        try {
            MemorySegment text =
                    (MemorySegment) STRERROR.invokeExact(memory.captured(), errno);
            return text.equals(MemorySegment.NULL) ? "errno " + errno
                    : text.reinterpret(TEXT_BYTES).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** No function of C throws. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
