package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.Flags;
import io.millrace.app.log.ConsoleLog;
import io.millrace.app.log.LogFormat;
import io.millrace.app.log.LogLevel;
import java.util.List;
import java.util.Map;

/**
 * The flags of the log, made when they are asked for.
 *
 * <p>Threads: main.
 */
final class LogFlags extends FlagSource {

    private static final String TITLE = "The log";
    private static final String PREFIX = "--log-";

    private static final class Made {

        static final Flag<LogLevel> LEVEL = Flag.of("--log-level", ChoiceType.of(LogLevel.class),
                LogLevel.WARNING,
                "least level of the lines on stderr; warning has each eviction, too");
        static final Flag<LogFormat> FORMAT = Flag.of("--log-format",
                ChoiceType.of(LogFormat.class), LogFormat.TEXT,
                "format of the lines on stdout and stderr: text, or one JSON object a line");
    }

    @Override
    public Flag<?> named(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        return name.equals(Made.LEVEL.name()) ? Made.LEVEL
                : name.equals(Made.FORMAT.name()) ? Made.FORMAT : null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Flags.add(groups, TITLE, Made.LEVEL);
        Flags.add(groups, TITLE, Made.FORMAT);
    }

    /** Has the log do as the arguments say. */
    static void apply(Arguments arguments) {
        for (String name : arguments.settings().keySet()) {
            if (name.startsWith(PREFIX)) { // without any, nothing is made
                ConsoleLog.set(arguments.of(Made.LEVEL), arguments.of(Made.FORMAT));
                return;
            }
        }
        ConsoleLog.reset();
    }

    /** Has a change of the configuration file apply while the program runs. */
    static void addTo(ConfigReload changes) {
        changes.add(LogFlags::apply, Made.LEVEL, Made.FORMAT);
    }
}
