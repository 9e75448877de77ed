package io.millrace.option;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An option, declared once: its name, purpose, unit, default, range, the reason for the default,
 * and the flag of a program that sets it.
 *
 * <p>Threads: any, immutable.
 *
 * @param <T> the type of the value
 * @since 0.1
 */
public final class Option<T> {

    private final int index;
    private final String group;
    private final String name;
    private final Class<? super T> type;
    private final T standard;
    private final String standardText;
    private final String unit;
    private final Comparable<T> min;
    private final Comparable<T> max;
    private final Option<T> atMost;
    private final Option<T> atLeast;
    private final Rule<T> rule;
    private final boolean mayBeNull;
    private final boolean secret;
    private final String purpose;
    private final String reason;
    private final Map<String, T> aliases;
    private final String flag;
    private final String noFlag;

    private Option(Draft<T> draft, String flag, String noFlag) {
        this.index = draft.set.all().size();
        this.group = draft.group;
        this.name = draft.name;
        this.type = draft.type;
        this.standard = draft.standard;
        this.standardText = draft.standardText;
        this.unit = draft.unit;
        this.min = draft.min;
        this.max = draft.max;
        this.atMost = draft.atMost;
        this.atLeast = draft.atLeast;
        this.rule = draft.rule;
        this.mayBeNull = draft.mayBeNull;
        this.secret = draft.secret;
        this.purpose = Objects.requireNonNull(draft.purpose, name);
        this.reason = Objects.requireNonNull(draft.reason, name);
        this.aliases = Map.copyOf(draft.aliases);
        this.flag = flag;
        this.noFlag = noFlag;
    }

    /** The title of its group. */
    public String group() {
        return group;
    }

    /** The name, which is also that of its accessor and setter. */
    public String name() {
        return name;
    }

    /** The type of the value; the wrapper class for a primitive. */
    public Class<? super T> type() {
        return type;
    }

    /** What the option sets, as a phrase that can follow its name. */
    public String purpose() {
        return purpose;
    }

    /** The unit of a number, such as "bytes"; empty if the type implies it. */
    public String unit() {
        return unit;
    }

    /** The default, before the bounds by other options. */
    public T standard() {
        return standard;
    }

    /** The default as text for people; in words if it depends on the machine. */
    public String standardText() {
        return standardText != null ? standardText : text(standard);
    }

    /** Why the default was chosen. */
    public String reason() {
        return reason;
    }

    /** The range as text for people, such as "512 to 1 MiB"; empty if there is none. */
    public String range() {
        StringBuilder range = new StringBuilder();
        if (min != null) {
            range.append(mayBeUnlimited() ? "from " : "").append(ValueText.of(min, unit))
                    .append(mayBeUnlimited() ? "" : " to " + ValueText.of(max, unit));
        }
        if (atMost != null) {
            range.append(", at most ").append(atMost.name);
        }
        if (atLeast != null) {
            range.append(", at least ").append(atLeast.name);
        }
        return range.toString();
    }

    /** Whether {@link Long#MAX_VALUE} is allowed, which means no limit. */
    public boolean mayBeUnlimited() {
        return max instanceof Long number && number == Long.MAX_VALUE;
    }

    /** Words for values, such as {@code off} for 0; empty if there are none. */
    public Map<String, T> aliases() {
        return aliases;
    }

    /** The flag of a program, with its dashes; null if it has none. */
    public @Nullable String flag() {
        return flag;
    }

    /** Why there is no flag; null if there is one. */
    public @Nullable String noFlag() {
        return noFlag;
    }

    /** Whether the value must not get into logs. */
    public boolean isSecret() {
        return secret;
    }

    /** A value as text for people; for a secret only whether it is set. */
    public String text(T value) {
        return secret && value != null ? "set" : ValueText.of(value, unit);
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }

    int index() {
        return index;
    }

    /** The option that this one may not exceed; null if there is none. */
    Option<T> atMost() {
        return atMost;
    }

    /** The option that this one may not be less than; null if there is none. */
    Option<T> atLeast() {
        return atLeast;
    }

    /**
     * Checks a value by itself, without the options that bound it.
     *
     * @throws OptionException if it is out of range
     * @throws NullPointerException with the name, if it is null and may not be
     */
    void check(T value) {
        if (value == null) {
            if (!mayBeNull) {
                throw new NullPointerException(name);
            }
            return;
        }
        if (min != null && (min.compareTo(value) > 0 || max.compareTo(value) < 0)) {
            throw new OptionException(this,
                    "must be in [" + bound(min) + ", " + bound(max) + "]", null, value);
        }
        String violation = rule == null ? null : rule.violation(value);
        if (violation != null) {
            throw new OptionException(this, violation, null, value);
        }
    }

    /** Whether a value is greater than another one of a type with a range. */
    boolean isGreater(T value, T other) {
        return range(value).compareTo(other) > 0;
    }

    @SuppressWarnings("unchecked")
    private static <T> Comparable<T> range(T value) {
        return (Comparable<T>) value;
    }

    // Numbers as they are, since a message is also for programs that compare.
    private static String bound(Object bound) {
        return bound instanceof Duration ? ValueText.of(bound, "") : bound.toString();
    }

    /**
     * An option under declaration. End it with {@link #flag} or {@link #noFlag}.
     *
     * <p>Threads: one.
     *
     * @param <T> the type of the value
     * @since 0.1
     */
    public static final class Draft<T> {

        private final OptionSet set;
        private final String group;
        private final String name;
        private final Class<? super T> type;
        private final T standard;
        private String standardText;
        private String unit = "";
        private Comparable<T> min;
        private Comparable<T> max;
        private Option<T> atMost;
        private Option<T> atLeast;
        private Rule<T> rule;
        private boolean mayBeNull;
        private boolean secret;
        private final Map<String, T> aliases = new LinkedHashMap<>();
        private String purpose;
        private String reason;

        Draft(OptionSet set, String group, String name, Class<? super T> type, T standard) {
            this.set = set;
            this.group = group;
            this.name = name;
            this.type = type;
            this.standard = standard;
            this.mayBeNull = standard == null;
        }

        Draft<T> unit(String unit) {
            this.unit = unit;
            return this;
        }

        Draft<T> range(Comparable<T> min, Comparable<T> max) {
            this.min = min;
            this.max = max;
            return this;
        }

        /** Says what the option sets: a noun, or a verb for a switch, in lower case. */
        public Draft<T> sets(String purpose) {
            this.purpose = purpose;
            return this;
        }

        /** Says why the default was chosen. */
        public Draft<T> because(String reason) {
            this.reason = reason;
            return this;
        }

        /** Gives the default in words. */
        public Draft<T> standardText(String standardText) {
            this.standardText = standardText;
            return this;
        }

        /** Limits the value to that of another option; the default adapts to it. Needs a range. */
        public Draft<T> atMost(Option<T> other) {
            this.atMost = other;
            return this;
        }

        /**
         * Requires at least the value of another option; the default adapts to it. Needs a range.
         */
        public Draft<T> atLeast(Option<T> other) {
            this.atLeast = other;
            return this;
        }

        /** Adds a rule besides the range. */
        public Draft<T> rule(Rule<T> rule) {
            this.rule = rule;
            return this;
        }

        /** Lets programs take a text for a value, beside the value's own name. */
        public Draft<T> alias(String text, T value) {
            aliases.put(text, value);
            return this;
        }

        /** Keeps the value out of texts. */
        public Draft<T> secret() {
            this.secret = true;
            return this;
        }

        /** Declares the option with the flag that sets it in programs, with its dashes. */
        public Option<T> flag(String flag) {
            return set.add(new Option<>(this, flag, null));
        }

        /** Declares the option without a flag, for this reason. */
        public Option<T> noFlag(String reason) {
            return set.add(new Option<>(this, null, reason));
        }
    }
}
