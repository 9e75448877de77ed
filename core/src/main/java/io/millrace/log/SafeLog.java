package io.millrace.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes the server's log lines. A line that can't be written, because memory has run out or the
 * application's logging is broken, does not end the thread.
 *
 * <p>Threads: any.
 */
public final class SafeLog {

    /** By class, once a line of it has been written. */
    private static final Map<Class<?>, Logger> LOGGERS = new ConcurrentHashMap<>();
    /** One for all servers of the JVM, as logging is configured once for a JVM. */
    private static final LogQueue QUEUE = new LogQueue(new ToLogger());

    private SafeLog() {
    }

    /** Has all classes loaded that a line needs when no memory is left. */
    public static void prepare() {
        // Initializing this class is all.
    }

    /**
     * Logs, if possible. The logger is fetched only here: the first logger of a JVM adds 10 ms to
     * the start, and most servers log nothing before their first response.
     *
     * @param source gives the logger its name
     * @param failure null if there is none
     */
    public static void log(Class<?> source, Level level, String message, Throwable failure) {
        log(source, level, message, failure, 0);
    }

    static void log(Class<?> source, Level level, String message, Throwable failure,
            long withheld) {
        try {
            if (level.compareTo(Level.WARNING) < 0) {
                Logger logger = LOGGERS.get(source);
                if (logger != null && !logger.isLoggable(level)) {
                    return;
                }
            }
            QUEUE.offer(source, level, message, failure, withheld);
        } catch (RuntimeException | Error e) { // of an application's logger that fails to say
            QUEUE.offer(source, level, message, failure, withheld);
        }
    }

    /** Lines that were dropped since the start of the JVM, as they were not written in time. */
    public static long dropped() {
        return QUEUE.dropped();
    }

    /** Waits until what was logged is written, or the time is up. */
    public static void flush(long timeoutNs) {
        QUEUE.flush(timeoutNs);
    }

    /**
     * On the queue's thread. A logger is fetched here and not before: looking for the first one of
     * all costs a start 10 ms, and most servers have nothing to say before their first response.
     */
    private static final class ToLogger implements LogQueue.Writer {

        @Override
        public void write(Class<?> source, Level level, String message, Throwable failure) {
            Logger logger = LOGGERS.get(source);
            if (logger == null) {
                logger = System.getLogger(source.getName());
                LOGGERS.put(source, logger);
            }
            logger.log(level, message, failure);
        }
    }
}
