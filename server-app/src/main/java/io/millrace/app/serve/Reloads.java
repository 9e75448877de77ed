package io.millrace.app.serve;

import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * What the running program reads again: all of it on SIGHUP, and files that are watched when they
 * have changed. What can't be read replaces nothing, and a line in the log says why.
 *
 * <p>Threads: {@link #request} by any, the rest by main.
 */
final class Reloads {

    /** Something that can be read again while the program runs. */
    @FunctionalInterface
    interface Reload {

        /**
         * Reads it again, as a whole.
         *
         * @throws Exception if the old one stays; a message says what to do
         */
        void reload() throws Exception;
    }

    private static final long LOOK_MS = 500;

    private final Lines lines;
    private final List<String> names = new ArrayList<>();
    private final List<Reload> reloads = new ArrayList<>();
    private final List<Runnable> looks = new ArrayList<>();
    /** Guarded by this. Several that come at once are one. */
    private boolean requested;

    /** Nothing yet; what comes of reloads is told by these lines. */
    Reloads(Lines lines) {
        this.lines = lines;
    }

    /**
     * Adds what SIGHUP reads again, after those added before.
     *
     * @param name as the lines call it, such as "the token file"
     */
    void add(String name, Reload reload) {
        names.add(name);
        reloads.add(reload);
    }

    /** Adds a look at a file, taken twice a second; it must throw nothing and not wait. */
    void watch(Runnable look) {
        looks.add(look);
    }

    /** Has all read again, soon. */
    synchronized void request() {
        requested = true;
        notifyAll();
    }

    /** Obeys requests and takes looks, for ever. */
    void run() throws InterruptedException {
        while (true) {
            if (isRequested(looks.isEmpty() ? 0 : LOOK_MS)) {
                reloadAll();
            } else {
                look();
            }
        }
    }

    /** Takes each look; one that fails keeps neither the others nor the next from being taken. */
    void look() {
        for (Runnable look : looks) {
            try {
                look.run();
            } catch (RuntimeException | Error e) {
                failed("a look at a file failed; retrying in 0.5 s", e);
            }
        }
    }

    /** Waits for a request, or until this time has passed, if it is not 0. */
    private synchronized boolean isRequested(long timeMs) throws InterruptedException {
        if (!requested) {
            wait(timeMs); // one that ends for no reason is an early look
        }
        boolean wasRequested = requested;
        requested = false;
        return wasRequested;
    }

    /** Reads all again; each by itself, so that a wrong one keeps no other from being read. */
    void reloadAll() {
        try {
            List<String> done = new ArrayList<>();
            for (int i = 0; i < reloads.size(); i++) {
                if (reload(names.get(i), reloads.get(i))) {
                    done.add(names.get(i));
                }
            }
            if (reloads.isEmpty()) {
                lines.print("SIGHUP: there is nothing to reload");
            } else if (!done.isEmpty()) {
                lines.print("SIGHUP: reloaded " + String.join(", ", done));
            }
        } catch (RuntimeException | Error e) {
            failed("SIGHUP: reload failed", e);
        }
    }

    private boolean reload(String name, Reload reload) {
        try {
            reload.reload();
            return true;
        } catch (CommandException | IOException e) {
            refused(name, e, null);
        } catch (Exception e) {
            refused(name, e, e);
        }
        return false;
    }

    private void refused(String name, Exception wrong, Exception trace) {
        String why = wrong instanceof CommandException ? wrong.getMessage() : wrong.toString();
        lines.log(Reloads.class, Level.WARNING,
                "reload of " + name + " failed, nothing changes: " + why, trace);
    }

    /** A heap that is full once must not leave everything as it is for ever. */
    private void failed(String what, Throwable failure) {
        try {
            lines.log(Reloads.class, Level.ERROR, what, failure);
        } catch (RuntimeException | Error noMemory) {
            return; // for the line either; the next one tries again
        }
    }
}
