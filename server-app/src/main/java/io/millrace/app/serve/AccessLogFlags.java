package io.millrace.app.serve;

import io.millrace.accesslog.AccessLogFormat;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.server.ServerListener;
import java.util.List;
import java.util.Map;

/**
 * The flags of the access log, made when they are asked for.
 *
 * <p>Threads: main.
 */
final class AccessLogFlags extends FlagSource {

    private static final String TITLE = "The access log";
    private static final String PREFIX = "--access-log";

    /** Apart, so that a start without a log makes none of it. */
    static final class Made {

        static final Flag<String> PLACE = Flag.of(PREFIX, FlagType.FILE, "",
                "file for a line per request, opened again on SIGHUP; - for stdout, stderr for "
                        + "stderr").standardText("none");
        static final Flag<AccessLogFormat> FORMAT = Flag.of("--access-log-format",
                ChoiceType.of(AccessLogFormat.class), AccessLogFormat.COMBINED,
                "format of the access log: Common or Combined Log Format, or JSON lines");

        private Made() {
        }
    }

    @Override
    public Flag<?> named(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        return name.equals(Made.PLACE.name()) ? Made.PLACE
                : name.equals(Made.FORMAT.name()) ? Made.FORMAT : null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Flags.add(groups, TITLE, Made.PLACE);
        Flags.add(groups, TITLE, Made.FORMAT);
    }

    /** What the server tells of requests, as the arguments say; opened as a part. */
    static List<ServerListener> open(Arguments arguments, ServeParts parts)
            throws CommandException {
        return isGiven(arguments) ? AccessLogPart.open(arguments, parts) : List.of();
    }

    /** Checks them as far as that opens nothing. */
    static void check(Arguments arguments) throws CommandException {
        if (isGiven(arguments)) {
            AccessLogPart.check(arguments);
        }
    }

    private static boolean isGiven(Arguments arguments) {
        for (String name : arguments.settings().keySet()) {
            if (name.startsWith(PREFIX)) {
                return true;
            }
        }
        return false;
    }
}
