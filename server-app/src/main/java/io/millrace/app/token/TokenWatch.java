package io.millrace.app.token;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks whether a token file has changed, and reads it again when it has. What can't be read as a
 * whole replaces nothing: the tokens stay that were read last, and a line in the log says why. It
 * is tried again at each look, as the system may have had no descriptor left.
 *
 * <p>A file is read when two looks in a row have found it the same, so that one that is being
 * written is not: half a line could be a line with more rights. Threads: one at a time.
 */
public final class TokenWatch {

    /** Reads a file of tokens. */
    interface Reading {
        AccessRules read(Path file) throws CommandException;
    }

    private Path file;
    private final Reading reading;
    private final Supplier<AccessRules> rules;
    private final Consumer<AccessRules> store;
    private final Lines lines;
    /** What the file was at the last look. */
    private String seen = "";
    /** What the file was when it was last read, be it in vain. */
    private String read = "";
    /** Why it can't be used; null if it was read, "" if that is not known. */
    private String failure;

    /**
     * A watch of a file that has been read.
     *
     * @param rules tells those that hold now
     * @param store gets those of each new version
     * @param lines prints one for each
     */
    public TokenWatch(Path file, Supplier<AccessRules> rules, Consumer<AccessRules> store,
            Lines lines) {
        this(file, TokenFile::read, rules, store, lines);
    }

    TokenWatch(Path file, Reading reading, Supplier<AccessRules> rules,
            Consumer<AccessRules> store, Lines lines) {
        this.file = file;
        this.reading = reading;
        this.rules = rules;
        this.store = store;
        this.lines = lines;
    }

    /**
     * Looks once. The second look always reads: the file may have changed beside the first. Throws
     * nothing: a heap that is full once must not leave the tokens as they are for ever.
     */
    public void look() {
        try {
            lookOnce();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        try {
            lines.log(TokenWatch.class, Level.ERROR,
                    "the token file can't be checked; retrying in 0.5 s", failure);
        } catch (RuntimeException | Error e) {
            return; // it was the heap, and this line has no room either
        }
    }

    private void lookOnce() { // decision 174
        String now = state();
        boolean settled = now.equals(seen);
        seen = now;
        String before = now.equals(read) ? failure : "";
        if (!settled || before == null) {
            return;
        }
        try {
            AccessRules next = read();
            if (!state().equals(now)) {
                return; // it has changed meanwhile; the next looks tell
            }
            read = now;
            use(next);
        } catch (CommandException e) { // decision 537
            read = now;
            if (!failure.equals(before)) {
                lines.log(TokenWatch.class, Level.WARNING,
                        "the tokens stay as they were: " + failure, null);
            }
        }
    }

    /**
     * Reads the file at once, changed or not: who asks for it has written it.
     *
     * @throws CommandException if the tokens stay as they were
     */
    public void reload() throws CommandException {
        read = state();
        use(read());
    }

    /**
     * Goes on with another file.
     *
     * @param other null for none
     * @throws CommandException if file and tokens stay as they were
     */
    public void moveTo(Path other) throws CommandException {
        if (other == null) {
            // A line that is missing by mistake must not let everyone in.
            throw CommandException.failure(
                    "a store with tokens is opened to all by a restart only");
        }
        Path before = file;
        file = other;
        String now = state(); // before it is read: what changes meanwhile is seen by the next looks
        AccessRules next;
        try {
            next = read();
        } catch (CommandException | RuntimeException | Error e) {
            file = before;
            throw e;
        }
        read = now;
        use(next);
    }

    private AccessRules read() throws CommandException {
        failure = "";
        try {
            if (!Files.isRegularFile(file) && Files.exists(file)) {
                throw CommandException.failure(file + " is no regular file"); // nothing would come
            }
            AccessRules next = reading.read(file);
            failure = null;
            return next;
        } catch (CommandException e) {
            failure = e.getMessage();
            throw e;
        }
    }

    private void use(AccessRules next) {
        if (!next.equals(rules.get())) {
            store.accept(next);
            lines.print("tokens read again from " + file + ": " + next.size() + " in use");
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
