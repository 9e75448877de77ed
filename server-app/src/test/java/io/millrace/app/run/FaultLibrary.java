package io.millrace.app.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A library that makes system calls of a program fail, and the page of memory by which it is told
 * which. It is built of {@code faults.c} where it is needed.
 *
 * <p>Threads: one at a time.
 */
final class FaultLibrary {

    /** A call that can fail, in the order of {@code faults.c}. */
    enum Call { OPEN, WRITE, FSYNC, RENAME, UNLINK, CLOSE, ACCEPT, READ }

    private static final int PAGE_BYTES = 4096;
    private static final int CALL = 0;
    private static final int ERROR = 4;
    private static final int EVERY = 8;
    private static final int DONE = 12;
    private static final int SEEN = 16;
    private static final int INJECTED = 20;

    private final Path library;
    private final Path control;
    private final MappedByteBuffer page;

    private FaultLibrary(Path library, Path control, MappedByteBuffer page) {
        this.library = library;
        this.control = control;
        this.page = page;
    }

    /** Why there can't be one on this machine, and what to do; null if there can. */
    static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "faults are injected on Linux only";
        }
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
        return found ? null : "faults are injected by a library that gcc builds: install it (Debian"
                + " and Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc)";
    }

    /** Builds the library in a folder. */
    static FaultLibrary build(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("faults.c");
        Path library = folder.resolve("faults.so");
        try (InputStream in = FaultLibrary.class.getResourceAsStream("faults.c")) {
            Files.copy(in, source);
        }
        Process gcc = new ProcessBuilder(List.of("gcc", "-shared", "-fPIC", "-O2", "-o",
                library.toString(), source.toString(), "-ldl")).redirectErrorStream(true).start();
        String out = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc can't build " + source + ": " + out);
        }
        Path control = Files.write(folder.resolve("faults.page"), new byte[PAGE_BYTES]);
        try (FileChannel channel = FileChannel.open(control, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            MappedByteBuffer page = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE_BYTES);
            page.order(ByteOrder.nativeOrder());
            return new FaultLibrary(library, control, page);
        }
    }

    /** A shell's line that starts a program so that calls on files below a folder can fail. */
    String line(Path folder) {
        return "LD_PRELOAD='" + library + "' FAULTS_FILE='" + control
                + "' FAULTS_IN='" + folder + "' exec \"$@\"";
    }

    /**
     * From now on one call of {@code every} fails.
     *
     * @param error the system's number
     * @param done whether the call is made all the same
     */
    void fail(Call call, int error, int every, boolean done) {
        stop();
        page.putInt(ERROR, error);
        page.putInt(EVERY, every);
        page.putInt(DONE, done ? 1 : 0);
        page.putInt(SEEN, 0);
        page.putInt(INJECTED, 0);
        page.putInt(CALL, call.ordinal() + 1);
    }

    /** From now on no call fails. */
    void stop() {
        page.putInt(CALL, 0);
    }

    /** Calls that were made to fail since the last {@link #fail}. */
    int injected() {
        return page.getInt(INJECTED);
    }
}
