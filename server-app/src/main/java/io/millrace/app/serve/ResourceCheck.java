package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.Units;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Warns of settings that promise more than the process has: open files and heap. The server lives
 * on, and accepts later or resets connections; but the person who set the value expects it to hold.
 *
 * <p>Threads: main.
 */
final class ResourceCheck {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";
    /** What the JVM and the server have open beside connections and objects. */
    private static final int OWN_FILES = 100;

    private ResourceCheck() {
    }

    /** Adds a warning for each setting that can't hold; the heap's, if it was not left to us. */
    static void warn(Arguments arguments, ServerOptions server, StorePlan store,
            ServeParts parts) {
        String files = ofFiles(server.maxConnections(), openFiles());
        if (files != null) {
            parts.warn(files);
        }
        if (arguments.settings().containsKey("--max-kept")
                || arguments.settings().containsKey("--cache")) {
            String heap = ofHeap(server.maxKeptBytes(), store.cacheBytes(),
                    Runtime.getRuntime().maxMemory());
            if (heap != null) {
                parts.warn(heap);
            }
        }
    }

    /** The warning; null if there is no need for one. */
    static String ofFiles(int maxConnections, long openFiles) {
        return openFiles - OWN_FILES >= maxConnections ? null
                : "--max-connections " + maxConnections + " needs more than the " + openFiles
                        + " open files that this process may have: raise ulimit -n, or"
                        + " LimitNOFILE= in the systemd unit, or lower --max-connections";
    }

    /**
     * The warning; null if there is no need for one. A quarter of the heap is left to everything
     * else.
     */
    static String ofHeap(long maxKeptBytes, long cacheBytes, long heapBytes) {
        long mostBytes = heapBytes / 4 * 3;
        if (maxKeptBytes <= mostBytes && cacheBytes <= mostBytes - maxKeptBytes) {
            return null;
        }
        return "--max-kept " + shown(maxKeptBytes) + " and --cache " + shown(cacheBytes)
                + " are more than three quarters of the heap of " + Units.roundSize(heapBytes)
                + ": start java with a higher -Xmx, or lower them";
    }

    private static String shown(long bytes) {
        return bytes == Long.MAX_VALUE ? "unlimited" : Units.exactSize(bytes);
    }

    /** How many files the process may have open; any number where the system doesn't say. */
    private static long openFiles() {
        try {
            String limits = Files.readString(LIMITS, StandardCharsets.US_ASCII);
            int at = limits.indexOf(OPEN_FILES);
            return at < 0 ? Long.MAX_VALUE : number(limits, at + OPEN_FILES.length());
        } catch (IOException noLinux) {
            return Long.MAX_VALUE;
        }
    }

    /** The first number behind spaces; any number for "unlimited". */
    static long number(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        long number = 0;
        boolean isNumber = false;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            number = Math.min(number * 10 + text.charAt(at) - '0', Integer.MAX_VALUE);
            isNumber = true;
            at++;
        }
        return isNumber ? number : Long.MAX_VALUE;
    }
}
