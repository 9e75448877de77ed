package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ConfigFile;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.log.ConsoleLog;
import io.millrace.app.log.Lines;
import io.millrace.server.ServerOptions;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;

/**
 * The command {@code config}: prints what {@code serve} would run with, and where each value comes
 * from; or only checks it.
 *
 * <p>Threads: main.
 */
public final class ConfigCommand {

    private static final String USAGE = """
            java -jar millrace.jar config [FLAGS]

            Prints the settings that serve would run with if it were given the same flags, variables
            and --config FILE, and where each comes from. The output is a configuration file, in
            which defaults are comments. Starts nothing and writes nothing.

            With --check it prints nothing if serve could start with them. The exit code is 0, or 2
            if a setting is wrong, or a file, folder or host that the settings name. Ports that are
            taken, a folder that another process uses and a bucket are left to the start.
            """;

    private static final int MISTAKE = 2;
    /** Where the origin of a value stands, if there is room before it. */
    private static final int ORIGIN_COLUMN = 40;

    static final Flag<Boolean> CHECK = Flag.toggle("--check",
            "print nothing, unless something is wrong");

    static final Flags FLAGS =
            ServeFlags.addTo(new Flags("config", USAGE).with("The command", CHECK));

    private ConfigCommand() {
    }

    public static int run(List<String> args, Map<String, String> environment, PrintStream out,
            PrintStream err) throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        ServeParts parts = new ServeParts(Lines.aside(out), environment);
        try {
            Arguments all = new Configuration(arguments, environment).read(parts);
            parts.printWarnings(err);
            ServeSettings.check(all, environment);
            if (arguments.of(CHECK)) {
                StartCheck.check(all);
            } else {
                out.print(text(all));
            }
            return 0;
        } catch (CommandException wrong) {
            ConsoleLog.printError(err, Level.ERROR, wrong.getMessage());
            return MISTAKE;
        }
    }

    /** The settings as a configuration file. */
    private static String text(Arguments arguments) throws CommandException {
        ServerOptions server = ServeSettings.serverOptions(arguments);
        StorePlan store = StorePlan.of(arguments, null);
        StringBuilder text = new StringBuilder();
        ServeFlags.FLAGS.groups().forEach((title, flags) -> {
            text.append(text.length() == 0 ? "" : "\n").append("# ").append(title).append('\n');
            for (Flag<?> flag : flags) {
                if (flag != Flags.HELP && flag != Flags.CONFIG
                        && (arguments.has(flag) || store.takes(flag))) {
                    text.append(line(flag, arguments, server, store)).append('\n');
                }
            }
        });
        return text.toString();
    }

    private static String line(Flag<?> flag, Arguments arguments, ServerOptions server,
            StorePlan store) {
        String key = flag.name().substring(2);
        StringBuilder line = new StringBuilder();
        if (arguments.has(flag)) {
            line.append(key).append(" = ").append(shown(flag, arguments.text(flag)));
        } else {
            String held = held(flag, server, store);
            line.append("# ").append(key).append(held == null ? ": " + described(flag)
                    : " = " + ConfigFile.quotedIfNeeded(held));
        }
        line.append(" ".repeat(Math.max(0, ORIGIN_COLUMN - line.length())));
        return line.append("  # ").append(arguments.originOf(flag)).toString();
    }

    /** A value that is a secret is not shown, nor the password of a URL. */
    static String shown(Flag<?> flag, String text) {
        if (flag.name().endsWith("-password") || flag.name().endsWith("-secret")
                || flag.name().endsWith("-token")) {
            return "***";
        }
        return ConfigFile.quotedIfNeeded(text.replaceAll("://[^/@]*@", "://***@"));
    }

    /** The default as it could be written; null if it can only be described. */
    private static String held(Flag<?> flag, ServerOptions server, StorePlan store) {
        String ofServer = ServeFlags.SERVER_FLAGS.held(flag, server);
        String held = ofServer != null ? ofServer : store.held(flag);
        return held != null ? held : standard(flag);
    }

    private static String described(Flag<?> flag) {
        return flag.standardText().isEmpty() ? "none" : flag.standardText();
    }

    private static <T> String standard(Flag<T> flag) {
        if (flag.standard() == null) {
            return null; // its text says what holds
        }
        return flag.kind() == FlagType.SWITCH || !flag.kind().show(flag.standard()).isEmpty()
                ? flag.kind().show(flag.standard()) : null;
    }
}
