package io.millrace.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The name of this machine, as its system has it. Not what the JDK says, which asks the DNS.
 *
 * <p>Threads: any.
 */
public final class MachineName {

    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private MachineName() {
    }

    /** The name; empty if it can't be found out without a lookup. */
    public static String read() {
        try {
            return Files.readString(LINUX).strip();
        } catch (IOException e) {
            return ofEnvironment("COMPUTERNAME", "HOSTNAME"); // another system
        }
    }

    private static String ofEnvironment(String... variables) {
        for (String variable : variables) {
            String name = System.getenv(variable);
            if (name != null) {
                return name;
            }
        }
        return "";
    }
}
