package io.millrace.accesslog;

import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.server.ExchangeInfo;
import io.millrace.server.ServerListener;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Writes a line for each request of a server, also for what was refused before it became a request
 * and for what was cut. Set it with {@link
 * io.millrace.server.ServerOptions.Builder#listener}, and close it after the server.
 *
 * <p>A thread of its own writes. Lines wait for it in bounded memory; when that is full, because a
 * disk hangs or a pipe isn't read, lines are dropped, and no worker waits. Lines that can't be
 * written, as a disk is full or a pipe closed, are lost, and the next ones are tried. Both is
 * counted, and logged once when it begins and once when it is over.
 *
 * <p>Threads: any; {@link #reopen} and {@link #moveTo} one at a time.
 *
 * @since 0.1
 */
public final class AccessLog implements ServerListener, Closeable {

    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);
    /** For lines of before to get into the old file; one that hangs gets no more than that. */
    private static final Duration SETTLE_TIME = Duration.ofSeconds(1);

    private final AccessLogFormat format;
    private final LogTarget target;
    private final EntryQueue queue = new EntryQueue(this::start);
    private final LogWriter writer;

    private AccessLog(LogTarget target, AccessLogFormat format) {
        this.format = Objects.requireNonNull(format);
        this.target = Objects.requireNonNull(target);
        writer = new LogWriter(queue, format.lines(), target);
    }

    /**
     * A log that is appended to a file. If the file is missing it is made, with permissions {@code
     * rw-r-----} where files have any; {@link #reopen} makes a new one when it has been renamed.
     *
     * @throws IOException if the file can't be opened
     */
    public static AccessLog toFile(Path file, AccessLogFormat format) throws IOException {
        return new AccessLog(new FileTarget(file), format);
    }

    /** A log on standard output. */
    public static AccessLog toStdout(AccessLogFormat format) {
        return new AccessLog(new StreamTarget("on stdout", FileDescriptor.out), format);
    }

    /** A log on standard error. */
    public static AccessLog toStderr(AccessLogFormat format) {
        return new AccessLog(new StreamTarget("on stderr", FileDescriptor.err), format);
    }

    /** A log on something else, whose {@code toString} is how log lines call it. */
    public static AccessLog to(LogTarget target, AccessLogFormat format) {
        return new AccessLog(target, format);
    }

    /**
     * Goes on in a new file if the old one was renamed, as logrotate does. Requests that end from
     * now on are in the new one; lines that wait now may be in either. Does not wait for the disk
     * but to open the file.
     *
     * @throws IOException if the new file can't be opened: the old one is used on
     */
    public void reopen() throws IOException {
        flush(SETTLE_TIME);
        target.reopen();
        queue.nudge();
    }

    /**
     * Goes on in another file, as {@link #reopen} does in a new one.
     *
     * @throws IOException if it can't be opened: the old one is used on
     * @throws IllegalStateException if this is no log in a file
     */
    public void moveTo(Path file) throws IOException {
        if (!(target instanceof FileTarget files)) {
            throw new IllegalStateException("no log in a file: " + target);
        }
        flush(SETTLE_TIME);
        files.moveTo(file);
        queue.nudge();
    }

    /**
     * Waits until all lines of requests that have ended are written, or lost.
     *
     * @return false if the time was up before
     */
    public boolean flush(Duration timeout) {
        return queue.flush(TimeUnit.NANOSECONDS.convert(timeout)); // centuries at most
    }

    /** How many lines were written. */
    public long writtenLines() {
        return writer.written();
    }

    /** How many lines were lost, because too many waited or they couldn't be written. */
    public long lostLines() {
        return queue.dropped() + writer.failed();
    }

    /**
     * Writes what is left and closes the target. Waits five seconds at most: a disk that hangs, or
     * a pipe that isn't read, does not keep a program from its end.
     */
    @Override
    public void close() {
        if (queue.close()) {
            queue.nudge(); // the target is closed even if there never was a line
        }
        if (!queue.awaitEnd(CLOSE_TIME.toNanos())) {
            SafeLog.log(AccessLog.class, Level.WARNING, "access log " + target
                    + " closed before it was written; lines lost: " + queue.waiting(), null);
        }
    }

    private void start() {
        try {
            Thread thread = new Thread(null, this::run, "millrace-access-log", 0, false);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no thread or no memory is left: the next line tries again
            queue.ended();
        }
    }

    private void run() {
        try {
            writer.run();
        } finally {
            queue.ended();
        }
    }

    // worker threads

    @Override
    public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
        queue.offer(Entry.of(exchange, format.hasFields()));
    }

    @Override
    public void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
        queue.offer(Entry.of(exchange, format.hasFields()));
    }

    @Override
    public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
        queue.offer(Entry.of(exchange, format.hasFields()));
    }
}
