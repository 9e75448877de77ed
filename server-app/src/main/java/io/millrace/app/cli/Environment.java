package io.millrace.app.cli;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads flags from environment variables: {@code MILLRACE_MAX_HEAD} is {@code --max-head}. An empty
 * one counts as not set.
 *
 * <p>Kubernetes puts variables of its own into each container for a service that is called
 * millrace, {@code MILLRACE_PORT=tcp://10.0.0.1:8080} among them: these are left out.
 *
 * <p>Threads: main.
 */
public final class Environment {

    /** How the name of each begins. */
    public static final String PREFIX = "MILLRACE_";
    private static final Pattern OF_A_SERVICE = Pattern.compile(
            "MILLRACE_(.*_)?(SERVICE_(HOST|PORT.*)|PORT_[0-9]+_(TCP|UDP|SCTP).*)");
    private static final Pattern LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    private Environment() {
    }

    /**
     * The settings of variables, by the names of their flags.
     *
     * @param warnings get a line for each that begins like one of the program's and is none
     * @throws CommandException naming the first variable whose value is not allowed
     */
    public static Map<String, Setting> read(Map<String, String> variables, Flags flags,
            Consumer<String> warnings) throws CommandException {
        Map<String, Setting> settings = new HashMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(variables).entrySet()) {
            String name = entry.getKey();
            String value = entry.getValue();
            if (!name.startsWith(PREFIX) || value.isEmpty()
                    || OF_A_SERVICE.matcher(name).matches() || flags.isVariable(name)) {
                continue;
            }
            if (LINK.matcher(value).matches()) {
                warnings.accept(name + " is ignored: its value " + value
                        + " comes from Kubernetes, which enableServiceLinks: false stops");
                continue;
            }
            Flag<?> flag = flags.inEnvironment(flagName(name));
            if (flag == null) {
                String refusal = flags.refusal(flagName(name));
                if (refusal != null) {
                    warnings.accept(name + " is ignored: " + refusal);
                    continue;
                }
                String near = flags.nearest(flagName(name), Flags.HELP);
                warnings.accept("unknown variable " + name + " is ignored"
                        + (near == null ? "" : ": did you mean " + variable(near) + "?"));
                continue;
            }
            flag.read(name, value);
            settings.put(flag.name(), new Setting(value, "environment", name));
        }
        return settings;
    }

    private static String flagName(String variable) {
        return "--" + variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    /** The variable of a flag. */
    public static String variable(String flag) {
        return PREFIX + flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
