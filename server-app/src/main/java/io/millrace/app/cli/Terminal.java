package io.millrace.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether stderr is a terminal, which Java 17 can't say of one stream.
 *
 * <p>Threads: any.
 */
public final class Terminal {

    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {
    }

    /** Whether a person watches stderr; where nobody can tell, no. */
    public static boolean onStderr() {
        if (Files.isSymbolicLink(STDERR)) {
            try {
                String device = Files.readSymbolicLink(STDERR).toString();
                return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty")
                        || device.equals("/dev/console");
            } catch (IOException unreadable) {
                return false;
            }
        }
        // Without /proc: a console means that stdin and stdout are terminals, but from JDK 22 on
        // there is one without them, too.
        return Runtime.version().feature() < 22 && System.console() != null;
    }
}
