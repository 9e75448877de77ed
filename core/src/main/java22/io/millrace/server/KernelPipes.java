package io.millrace.server;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;

/**
 * Where a worker gets its {@link KernelPipe}: the class for JDK 22 and later.
 *
 * <p>A pipe needs two grants of whoever starts the JVM, and asks for nothing that would print a
 * warning without them: native access for this module, to call the kernel, and the JDK's package
 * {@code sun.nio.ch} opened to it, to reach the descriptors behind channels (see {@link
 * Descriptors}). The store's jar grants both to itself in its manifest.
 *
 * <p>Threads: any.
 */
final class KernelPipes {

    private static final System.Logger LOG = System.getLogger(KernelPipes.class.getName());

    private KernelPipes() {
    }

    /**
     * A pipe that is opened at its first use, for files into which it is faster than a copy; null if
     * there is none on this system.
     */
    static KernelPipe open() {
        return open(false);
    }

    /** The same for any file, to test and to measure it. */
    static KernelPipe openForAnyFile() {
        return open(true);
    }

    private static KernelPipe open(boolean anyFile) {
        Module module = KernelPipes.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            LOG.log(Level.DEBUG, "bodies are copied into files: no native access is granted");
            return null;
        }
        if (!Object.class.getModule().isOpen(Descriptors.JDK_PACKAGE, module)) {
            LOG.log(Level.DEBUG, "bodies are copied into files: "
                    + Descriptors.JDK_PACKAGE + " is not opened");
            return null;
        }
        try {
            // Here, where a failure means a copy, and not at its first use in the midst of a body.
            MethodHandles.lookup().ensureInitialized(Descriptors.class);
            SplicePipe pipe = new SplicePipe(anyFile);
            LOG.log(Level.DEBUG, "bodies are spliced into files");
            return pipe;
        } catch (IllegalAccessException | RuntimeException | Error e) {
            // Another system, another libc, another JDK inside; a native image has errors of its
            // own for what it was not built with. None of them keeps a server from working.
            LOG.log(Level.DEBUG, "bodies are copied into files", e);
            return null;
        }
    }
}
