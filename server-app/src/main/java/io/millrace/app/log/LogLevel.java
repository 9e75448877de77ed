package io.millrace.app.log;

import java.lang.System.Logger.Level;

/**
 * The least level of the lines that are logged, as {@code --log-level} names it.
 *
 * <p>Threads: any.
 */
public enum LogLevel {
    DEBUG(Level.DEBUG), INFO(Level.INFO), WARNING(Level.WARNING), ERROR(Level.ERROR);

    private final Level level;

    LogLevel(Level level) {
        this.level = level;
    }

    Level level() {
        return level;
    }
}
