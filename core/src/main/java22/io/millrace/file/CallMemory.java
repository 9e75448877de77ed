package io.millrace.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The memory of a thread's system calls: what they are given, and what they leave. It goes with its
 * thread.
 *
 * <p>Threads: its own.
 */
final class CallMemory {

    // struct statx of Linux, the same on all processors.
    private static final int STATE_BYTES = 256;
    private static final int MASK_AT = 0;
    private static final int MODE_AT = 28;
    private static final int NUMBER_AT = 32;
    private static final int SIZE_AT = 40;
    private static final int ACCESSED_AT = 64;
    private static final int CREATED_AT = 80;
    private static final int MODIFIED_AT = 112;
    private static final int DEVICE_MAJOR_AT = 136;
    private static final int DEVICE_MINOR_AT = 140;
    private static final int HAS_CREATED = 0x800;

    /** The longest path that the system takes, its end included. */
    private static final int NAME_BYTES = 4096;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT =
            CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /** Whether the JDK's names of files other than ASCII have the bytes of UTF-8. */
    private static final boolean IS_UTF8 = isUtf8();

    private static final ThreadLocal<CallMemory> OWN = ThreadLocal.withInitial(CallMemory::new);

    private final MemorySegment captured;
    private final MemorySegment state;
    private final MemorySegment name;
    private final MemorySegment toName;

    private CallMemory() {
        Arena arena = Arena.ofAuto();
        captured = arena.allocate(CAPTURED);
        state = arena.allocate(STATE_BYTES, Long.BYTES);
        name = arena.allocate(NAME_BYTES);
        toName = arena.allocate(NAME_BYTES);
    }

    /** That of the thread that calls. */
    static CallMemory own() {
        return OWN.get();
    }

    private static boolean isUtf8() {
        String charset = System.getProperty("sun.jnu.encoding");
        return charset != null && Charset.isSupported(charset)
                && Charset.forName(charset).equals(StandardCharsets.UTF_8);
    }

    /**
     * Takes a name.
     *
     * @return false if its bytes aren't known, or it is too long
     */
    boolean name(String text) {
        return put(text, name);
    }

    /** Takes the other name of a move, as {@link #name(String)}. */
    boolean toName(String text) {
        return put(text, toName);
    }

    private static boolean put(String text, MemorySegment target) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= NAME_BYTES || bytes.length != text.length() && !isExact(text)) {
            return false;
        }
        MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 0, bytes.length);
        target.set(JAVA_BYTE, bytes.length, (byte) 0);
        return true;
    }

    /** Whether a text has the bytes of a name: what the JDK can't read of it is replaced. */
    private static boolean isExact(String text) {
        return IS_UTF8 && text.indexOf('\uFFFD') < 0;
    }

    /** Copies as many bytes as there is room for, over the names; the source stays as it is. */
    MemorySegment copy(ByteBuffer source) {
        MemorySegment target = name.asSlice(0, Math.min(NAME_BYTES, source.remaining()));
        target.copyFrom(MemorySegment.ofBuffer(source).asSlice(0, target.byteSize()));
        return target;
    }

    MemorySegment name() {
        return name;
    }

    MemorySegment toName() {
        return toName;
    }

    /** Where a call leaves why it has failed. */
    MemorySegment captured() {
        return captured;
    }

    /** Where a call leaves what a file is. */
    MemorySegment stateBytes() {
        return state;
    }

    /** The result of a call, or the negated {@code errno}. */
    int result(int returned) {
        return returned >= 0 ? returned : -captured.get(JAVA_INT_UNALIGNED, ERRNO_AT);
    }

    /** What the last look has found. */
    FileState state() {
        FileState.Time modified = time(MODIFIED_AT);
        boolean isCreatedKnown = (state.get(JAVA_INT_UNALIGNED, MASK_AT) & HAS_CREATED) != 0;
        return new FileState(state.get(JAVA_SHORT_UNALIGNED, MODE_AT) & 0xffff,
                state.get(JAVA_LONG_UNALIGNED, SIZE_AT),
                device(state.get(JAVA_INT_UNALIGNED, DEVICE_MAJOR_AT),
                        state.get(JAVA_INT_UNALIGNED, DEVICE_MINOR_AT)),
                state.get(JAVA_LONG_UNALIGNED, NUMBER_AT), modified, time(ACCESSED_AT),
                isCreatedKnown ? time(CREATED_AT) : modified);
    }

    private FileState.Time time(int at) {
        return new FileState.Time(state.get(JAVA_LONG_UNALIGNED, at),
                state.get(JAVA_INT_UNALIGNED, at + Long.BYTES));
    }

    /** As {@code makedev} of the C library makes one number of both. */
    private static long device(int major, int minor) {
        return (long) (major & 0xfffff000) << 32 | (long) (major & 0xfff) << 8
                | (long) (minor & 0xffffff00) << 12 | minor & 0xff;
    }
}
