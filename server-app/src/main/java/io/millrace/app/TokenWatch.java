package io.millrace.app;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.CommandException;
import io.millrace.store.FileStore;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks whether a token file has changed, and reads it again when it has. What can't be read as a
 * whole replaces nothing: the tokens stay that were read last, and a line in the log says why.
 *
 * <p>A file is read when two looks in a row have found it the same, so that one that is being
 * written is not: half a line could be a line with more rights. Threads: one at a time.
 */
final class TokenWatch {

    /** Lines that wait for the ones before; a change of the file makes one. */
    private static final int MAX_LINES = 16;
    private static final long IDLE_SECONDS = 10;

    private final Path file;
    private final FileStore store;
    private final PrintStream out;
    /** Prints: stdout and stderr may be a pipe that somebody doesn't read. */
    private final Executor lines;
    /** What the file was at the last look. */
    private String seen = "";
    /** What the file was when it was last read, be it in vain. */
    private String read = "";

    /**
     * A watch of a file that has been read.
     *
     * @param store gets the rules of each new version
     * @param out gets a line for each
     * @param lines prints it, and those of the log
     */
    TokenWatch(Path file, FileStore store, PrintStream out, Executor lines) {
        this.file = file;
        this.store = store;
        this.out = out;
        this.lines = lines;
    }

    /** Prints by a thread of its own, while it can; what it has no room for is dropped. */
    static Executor linesAside() {
        ThreadPoolExecutor lines = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_LINES), task -> {
                    Thread thread = new Thread(task, "millrace-tokens");
                    thread.setDaemon(true);
                    return thread;
                }, new ThreadPoolExecutor.DiscardPolicy());
        lines.allowCoreThreadTimeOut(true);
        return lines;
    }

    /**
     * Looks once. The second look always reads: the file may have changed beside the first. Throws
     * nothing: a heap that is full once must not leave the tokens as they are for ever.
     */
    void look() {
        try {
            lookOnce();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        try {
            log(Level.ERROR, "a look at the token file failed; the next one is in half a second",
                    failure);
        } catch (RuntimeException | Error e) {
            return; // it was the heap, and this line has no room either
        }
    }

    private void log(Level level, String message, Throwable failure) {
        lines.execute(() ->
                System.getLogger(TokenWatch.class.getName()).log(level, message, failure));
    }

    private void lookOnce() {
        String now = state();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(read)) {
            return;
        }
        try {
            if (!Files.isRegularFile(file) && Files.exists(file)) {
                throw CommandException.failure(file + " is no regular file"); // nothing would come
            }
            AccessRules next = TokenFile.read(file);
            if (!state().equals(now)) {
                return; // it has changed meanwhile; the next looks tell
            }
            read = now;
            if (!next.equals(store.access())) {
                store.access(next);
                String line = "tokens read again from " + file + ": " + next.size() + " in use";
                lines.execute(() -> out.println(line));
            }
        } catch (CommandException e) {
            read = now;
            log(Level.WARNING, "the tokens stay as they were: " + e.getMessage(), null);
        }
    }

    /** What changes when the file does, as far as can be seen from outside. */
    private String state() {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " "
                    + attributes.fileKey() + " " + changed();
        } catch (IOException e) {
            return e.getClass().getName(); // it is missing, for example
        }
    }

    /** When its permissions or anything else of it changed; no program can set that. */
    private Object changed() throws IOException {
        try {
            return Files.getAttribute(file, "unix:ctime");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return ""; // a system without it
        }
    }
}
