package io.millrace.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The six calls of Linux that a {@link SplicePipe} makes, as a 64-bit libc has them. Each returns
 * what the kernel returns, or the negated {@code errno}. None allocates.
 *
 * <p>They are ordinary downcalls, not critical ones, which would save some nanoseconds and hold up
 * every safepoint of the JVM while a write waits for the disk.
 *
 * <p>Threads: one at a time for each instance.
 */
final class SystemCalls {

    // The same on every 64-bit port of Linux that a JDK exists for, but for SO_RCVLOWAT on PowerPC,
    // where this number is another option, which refuses so short a value.
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ECONNRESET = 104;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVLOWAT = 18;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle PIPE2 =
            find("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL =
            find("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETSOCKOPT =
            find("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                    ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE =
            find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            find("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle SPLICE =
            find("splice", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
                    JAVA_LONG, JAVA_INT));

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);
    private final MemorySegment position = Arena.ofAuto().allocate(JAVA_LONG);
    private final MemorySegment option = Arena.ofAuto().allocate(JAVA_INT);
    private final MemorySegment ends = Arena.ofAuto().allocate(JAVA_INT, 2);

    // The one who asks for a pipe has made sure that native access was granted.
    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        if (ADDRESS.byteSize() != Long.BYTES) {
            throw new UnsupportedOperationException("not a 64-bit system");
        }
        MemorySegment address = LINKER.defaultLookup().find(name).orElseThrow(
                () -> new UnsupportedOperationException("this system does not support " + name));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return LINKER.downcallHandle(address, descriptor, all);
    }

    /** Opens a pipe that never blocks; its ends are {@link #readEnd} and {@link #writeEnd} then. */
    int pipe() {
        try {
            return result((int) PIPE2.invokeExact(state, ends, O_CLOEXEC | O_NONBLOCK));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int readEnd() {
        return ends.getAtIndex(JAVA_INT, 0);
    }

    int writeEnd() {
        return ends.getAtIndex(JAVA_INT, 1);
    }

    int setPipeBytes(int pipe, int bytes) {
        return fcntl(pipe, F_SETPIPE_SZ, bytes);
    }

    int pipeBytes(int pipe) {
        return fcntl(pipe, F_GETPIPE_SZ, 0);
    }

    private int fcntl(int descriptor, int command, int argument) {
        try {
            return result((int) FCNTL.invokeExact(state, descriptor, command, argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets how many bytes of a socket are worth a report. */
    int setLowWater(int socket, int bytes) {
        option.set(JAVA_INT, 0, bytes);
        try {
            return result((int) SETSOCKOPT.invokeExact(state, socket, SOL_SOCKET, SO_RCVLOWAT,
                    option, (int) option.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int read(int descriptor, MemorySegment target) {
        try {
            return (int) result((long) READ.invokeExact(state, descriptor, target,
                    target.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Moves bytes from a socket into a pipe. */
    int spliceIn(int socket, int pipe, int count) {
        return splice(socket, pipe, MemorySegment.NULL, count);
    }

    /** Moves bytes from a pipe to a position of a file. */
    int spliceOut(int pipe, int file, long at, int count) {
        position.set(JAVA_LONG, 0, at);
        return splice(pipe, file, position, count);
    }

    private int splice(int from, int to, MemorySegment toPosition, int count) {
        try {
            return (int) result((long) SPLICE.invokeExact(state, from, MemorySegment.NULL, to,
                    toPosition, (long) count, SPLICE_F_NONBLOCK));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private long result(long returned) {
        return returned >= 0 ? returned : -(int) ERRNO.get(state, 0L);
    }

    private int result(int returned) {
        return (int) result((long) returned);
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
