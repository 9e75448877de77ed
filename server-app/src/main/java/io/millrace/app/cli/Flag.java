package io.millrace.app.cli;

/**
 * One flag of a command.
 *
 * <p>Threads: any.
 *
 * @param <T> the type of its value
 * @param name with its dashes
 * @param kind what its value looks like
 * @param standard the value if the flag isn't given; may be null if {@code standardText} says why
 * @param standardText the default as the help shows it; empty if there is nothing to say; null if
 *     the value is shown as it would be written
 * @param unit of a number, such as "bytes"; empty if there is none
 * @param help what it sets
 * @since 0.1
 */
public record Flag<T>(String name, FlagType<T> kind, T standard, String standardText, String unit,
        String help) {

    /** A flag whose default is shown as it is written. */
    public static <T> Flag<T> of(String name, FlagType<T> kind, T standard, String help) {
        return new Flag<>(name, kind, standard, null, "", help);
    }

    /** A flag that is off unless given. */
    public static Flag<Boolean> toggle(String name, String help) {
        return new Flag<>(name, FlagType.SWITCH, false, "off", "", help);
    }

    /** This flag with a unit. */
    public Flag<T> in(String unit) {
        return new Flag<>(name, kind, standard, standardText, unit, help);
    }

    /** This flag with words for its default; without any its help says nothing of it. */
    public Flag<T> standardText(String text) {
        return new Flag<>(name, kind, standard, text, unit, help);
    }

    /** The default as the help shows it, made when it is asked for; empty if it says nothing. */
    @Override
    public String standardText() {
        return standardText == null ? kind.show(standard) : standardText;
    }

    /** The unit and the default in brackets, as the help ends; empty if there are none. */
    String note() {
        String text = standardText();
        if (text.isEmpty()) {
            return unit.isEmpty() ? "" : "(" + unit + ")";
        }
        return "(" + unit + (unit.isEmpty() ? "" : ", ") + "default " + text + ")";
    }

    /**
     * The value of a text, or one line that says what is allowed.
     *
     * @param place how the line begins: the flag's name where the text was given
     */
    public T read(String place, String text) throws CommandException {
        try {
            return kind.read(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(
                    place + " must be " + wrong.getMessage() + ": " + quoted(text));
        }
    }

    private static String quoted(String text) {
        return text.isBlank() || text.contains(" ") ? "'" + text + "'" : text;
    }
}
