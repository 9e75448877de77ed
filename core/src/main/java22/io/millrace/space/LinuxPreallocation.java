package io.millrace.space;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.millrace.log.SafeLog;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * {@code fallocate(2)}, {@code ftruncate(2)} and {@code sync_file_range(2)} of Linux, as a 64-bit
 * libc has them. A file is opened anew for each call, by its path: so nothing of the JDK's inside
 * is needed.
 *
 * <p>What it has in common with the server's calls stands here again. A class for both packages
 * would be public and only in this half of the jar, whose public classes are to be the same in all.
 *
 * <p>Threads: any.
 */
final class LinuxPreallocation implements Preallocation { // decisions 61, 63 and 64

    // The same on x86, ARM, PowerPC, z, RISC-V and LoongArch of 64 bits...
    private static final int EPERM = 1;
    private static final int EINTR = 4;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;
    private static final int O_WRONLY = 1;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    // ... but for O_NOFOLLOW, which is one of these two bits; the other one means a large file, or
    // on PowerPC a direct one, and neither makes a difference here.
    private static final int O_NOFOLLOW = 0x20000 | 0x8000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    /** No result of the calls that are made with an open file. */
    private static final int NOT_OPENED = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FALLOCATE =
            find("fallocate",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle FTRUNCATE =
            find("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle SYNC_FILE_RANGE =
            find("sync_file_range",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
            find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** Once true this is always true: the system doesn't do it here. */
    private volatile boolean refused;

    // The one who asks for a preallocation has made sure that native access was granted.
    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        if (ADDRESS.byteSize() != Long.BYTES) {
            throw new UnsupportedOperationException("not a 64-bit system");
        }
        MemorySegment address = LINKER.defaultLookup().find(name).orElseThrow(
                () -> new UnsupportedOperationException("this system does not support " + name));
        return LINKER.downcallHandle(address, descriptor, options);
    }

    /** A call with an open file, which returns 0 or the negated {@code errno}. */
    private interface Call {
        int with(MemorySegment state, int descriptor) throws Throwable;
    }

    @Override
    public Outcome reserve(Path file, long from, long to) {
        if (refused) {
            return Outcome.NOTHING;
        }
        int result = call(file, (state, descriptor) -> result(state,
                (int) FALLOCATE.invokeExact(state, descriptor, FALLOC_FL_KEEP_SIZE, from,
                        to - from)));
        return switch (result) {
            case 0 -> Outcome.ALL;
            case NOT_OPENED, -EPERM, -ENOSYS, -EOPNOTSUPP -> Outcome.NOTHING;
            default -> Outcome.SOME;
        };
    }

    @Override
    public void release(Path file, long sizeBytes) {
        // Not by FileChannel.truncate: to the size that it has already, it asks nothing of the
        // system. What fails leaves the blocks until the file goes, and is nobody's error.
        callOpened(file, (state, descriptor) -> result(state,
                (int) FTRUNCATE.invokeExact(state, descriptor, sizeBytes)));
    }

    @Override
    public boolean startWriting(Path file) {
        // To the end, wherever it is.
        return call(file, (state, descriptor) -> result(state, (int) SYNC_FILE_RANGE.invokeExact(
                state, descriptor, 0L, 0L, SYNC_FILE_RANGE_WRITE))) == 0;
    }

    /** What the system refuses of the two once ends both: what is reserved has to be written. */
    private int call(Path file, Call call) {
        int result = callOpened(file, call);
        if (result == -EPERM || result == -ENOSYS || result == -EOPNOTSUPP) {
            refused = true;
            SafeLog.log(Preallocations.class, Level.DEBUG,
                    "preallocation turned off: the system refused it with errno " + -result, null);
        }
        return result;
    }

    private static int callOpened(Path file, Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment path = arena.allocateFrom(JAVA_BYTE, cString(file));
            // Nobody puts a pipe in a part's place; opening it would not wait for a reader.
            int descriptor = (int) OPEN.invokeExact(path,
                    O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
            if (descriptor < 0) {
                return NOT_OPENED;
            }
            try {
                int result = call.with(state, descriptor);
                while (result == -EINTR) {
                    result = call.with(state, descriptor);
                }
                return result;
            } finally {
                // Of a file that was not written through it there is nothing to tell.
                int ignored = (int) CLOSE.invokeExact(descriptor);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int result(MemorySegment state, int returned) {
        return returned >= 0 ? returned : -(int) ERRNO.get(state, 0L);
    }

    /**
     * The very bytes of a path. Its text need not have them: what is no text in the locale's
     * charset is replaced there. Its URI does. Not decoded by PercentEncoding, which refuses bytes
     * that are not UTF-8.
     */
    private static byte[] cString(Path file) {
        String path = file.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length() + 1);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(path, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        bytes.write(0);
        return bytes.toByteArray();
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
