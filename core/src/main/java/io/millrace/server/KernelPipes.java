package io.millrace.server;

/**
 * Where a worker gets its {@link KernelPipe}. This is the class for JDK 17 to 21, which have no way
 * to call the kernel; JDK 22 and later find another one of the same name in the jar.
 *
 * <p>Threads: any.
 */
final class KernelPipes {

    private KernelPipes() {
    }

    /**
     * A pipe that is opened at its first use, for files into which it is faster than a copy; null if
     * there is none on this system.
     */
    static KernelPipe open() {
        return null;
    }

    /** The same for any file, to test and to measure it. */
    static KernelPipe openForAnyFile() {
        return null;
    }
}
