package io.millrace.app.cli;

/**
 * One flag of a command.
 *
 * <p>Threads: any.
 *
 * @param name with its dashes
 * @param kind what its value looks like
 * @param standard the value if the flag isn't given; may be null if {@code standardText} says why
 * @param standardText the default as the help shows it; empty if there is nothing to say; null if
 *     the value is shown as it would be written
 * @param help what it is for
 */
public record Flag<T>(String name, FlagType<T> kind, T standard, String standardText, String help) {

    /** A flag whose default is shown as it is written. */
    public static <T> Flag<T> of(String name, FlagType<T> kind, T standard, String help) {
        return new Flag<>(name, kind, standard, null, help);
    }

    /** A flag that is off unless given. */
    public static Flag<Boolean> toggle(String name, String help) {
        return new Flag<>(name, FlagType.SWITCH, false, "", help);
    }

    /** The default as the help shows it; empty if there is nothing to say. */
    @Override
    public String standardText() {
        return standardText == null ? kind.show(standard) : standardText;
    }

    /** The value of a text, or one line that says what is allowed. */
    public T read(String text) throws CommandException {
        try {
            return kind.read(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(
                    name + " must be " + wrong.getMessage() + ": " + quoted(text));
        }
    }

    private static String quoted(String text) {
        return text.isBlank() || text.contains(" ") ? "'" + text + "'" : text;
    }
}
