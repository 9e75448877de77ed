package io.millrace.http;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * An ordered list of names and values, decoded, of one kind: query parameters, form fields, path
 * parameters or cookies. Names are case-sensitive.
 *
 * <pre>{@code
 * int limit = values.integer("limit", 20);
 * LocalDate day = values.as("day", LocalDate::parse);
 * }</pre>
 *
 * <p>Errors: a method that reads one value refuses the request if there are several, and if the
 * value doesn't have the type: an {@link HttpException}, with 400 unless the maker of the list has
 * set {@linkplain Builder#status another status}, that names the kind and the parameter, such as
 * {@code "query parameter limit is not an integer: abc"}. One without a second argument refuses
 * it as well if there is no value. An empty value is a value: as an integer it is refused, never
 * taken for a missing one.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Values {

    private final String kind;
    private final Status status;
    private final boolean isComplete;
    private final List<String> names;
    private final List<String> values;

    private Values(Builder builder) {
        kind = builder.kind;
        status = builder.status;
        isComplete = builder.isComplete;
        names = List.copyOf(builder.names);
        values = List.copyOf(builder.values);
    }

    /**
     * A list to be filled.
     *
     * @param kind what one value is, for messages, such as {@code "query parameter"}
     */
    public static Builder builder(String kind) {
        return new Builder(Objects.requireNonNull(kind));
    }

    /** The number of values. */
    public int size() {
        return names.size();
    }

    /** The name of value {@code index}. */
    public String name(int index) {
        return names.get(index);
    }

    /** The value {@code index}. */
    public String value(int index) {
        return values.get(index);
    }

    /** Each name once, in the order of their first values. */
    public List<String> names() {
        return List.copyOf(new LinkedHashSet<>(names));
    }

    /** Whether there is a value of this name. */
    public boolean has(String name) {
        return names.contains(Objects.requireNonNull(name));
    }

    /** The values of this name, in order; empty if there are none. */
    public List<String> all(String name) {
        Objects.requireNonNull(name);
        List<String> all = new ArrayList<>(1);
        for (int i = 0; i < size(); i++) {
            if (name(i).equals(name)) {
                all.add(value(i));
            }
        }
        return List.copyOf(all);
    }

    /**
     * The only value of this name.
     *
     * @throws HttpException if there is none, or more than one
     */
    public String text(String name) throws HttpException {
        String text = only(name);
        if (text == null && isComplete) {
            throw new IllegalArgumentException("no " + kind + " " + name + " in " + names);
        }
        if (text == null) {
            throw refusal(name, "is missing");
        }
        return text;
    }

    /**
     * The only value of this name.
     *
     * @param otherwise if there is none
     * @throws HttpException if there is more than one
     */
    public String text(String name, String otherwise) throws HttpException {
        Objects.requireNonNull(otherwise);
        String text = only(name);
        return text != null ? text : otherwise;
    }

    /**
     * The only value of this name, as a number: digits, with a minus sign before them or not.
     *
     * @throws HttpException if there is none, more than one, or another one than an {@code int}
     */
    public int integer(String name) throws HttpException {
        return (int) whole(name, text(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Same as {@link #integer(String)}, for a value that may be missing.
     *
     * @param otherwise if there is none
     */
    public int integer(String name, int otherwise) throws HttpException {
        String text = only(name);
        return text == null ? otherwise
                : (int) whole(name, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /**
     * The only value of this name, as a number: digits, with a minus sign before them or not.
     *
     * @throws HttpException if there is none, more than one, or another one than a {@code long}
     */
    public long longInteger(String name) throws HttpException {
        return whole(name, text(name), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Same as {@link #longInteger(String)}, for a value that may be missing.
     *
     * @param otherwise if there is none
     */
    public long longInteger(String name, long otherwise) throws HttpException {
        String text = only(name);
        return text == null ? otherwise : whole(name, text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The only value of this name, as a number that may have a fraction after a point and an
     * exponent, such as {@code -1.5} and {@code 2e-3}: a number of JSON (RFC 8259 section 6), which
     * may begin with zeros here.
     *
     * @return finite; the nearest {@code double}
     * @throws HttpException if there is none, more than one, or another one than such a number
     */
    public double decimal(String name) throws HttpException {
        return decimalOf(name, text(name));
    }

    /**
     * Same as {@link #decimal(String)}, for a value that may be missing.
     *
     * @param otherwise if there is none
     */
    public double decimal(String name, double otherwise) throws HttpException {
        String text = only(name);
        return text == null ? otherwise : decimalOf(name, text);
    }

    /**
     * The only value of this name, as yes or no: {@code true}, {@code 1} or {@code on}, which is
     * what a browser sends for a checkbox; {@code false}, {@code 0} or {@code off}. Upper case is
     * the same.
     *
     * @throws HttpException if there is none, more than one, or another one than these
     */
    public boolean flag(String name) throws HttpException {
        return flagOf(name, text(name));
    }

    /**
     * Same as {@link #flag(String)}, for a value that may be missing.
     *
     * @param otherwise if there is none
     */
    public boolean flag(String name, boolean otherwise) throws HttpException {
        String text = only(name);
        return text == null ? otherwise : flagOf(name, text);
    }

    /**
     * The only value of this name, as anything that can be made of a text, such as {@code
     * UUID::fromString}.
     *
     * @param reader makes it of the value. Refuses a malformed value by an {@link
     *     IllegalArgumentException} or {@link DateTimeException}, whose message the client doesn't
     *     see; what else it throws is passed on
     * @throws HttpException if there is none, more than one, or one that the reader refuses
     */
    public <T> T as(String name, Function<? super String, ? extends T> reader)
            throws HttpException {
        return read(name, text(name), reader);
    }

    /**
     * Same as {@link #as(String, Function)}, for a value that may be missing.
     *
     * @param otherwise if there is none
     */
    public <T> T as(String name, Function<? super String, ? extends T> reader, T otherwise)
            throws HttpException {
        Objects.requireNonNull(reader);
        String text = only(name);
        return text == null ? otherwise : read(name, text, reader);
    }

    private <T> T read(String name, String text, Function<? super String, ? extends T> reader)
            throws HttpException {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw refusal(name, "is malformed: " + ValueText.of(text));
        }
    }

    /** The value of this name; null if there is none. */
    private String only(String name) throws HttpException {
        int at = names.indexOf(Objects.requireNonNull(name));
        if (at < 0) {
            return null;
        }
        if (names.lastIndexOf(name) != at) {
            throw refusal(name, "is given twice"); // which one is meant is not guessed
        }
        return value(at);
    }

    private long whole(String name, String text, long least, long most) throws HttpException {
        if (!ValueText.isInteger(text)) {
            throw refusal(name, "is not an integer: " + ValueText.of(text));
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Digits they are, so there are too many: the refusal below.
        }
        throw refusal(name, "is not in [" + least + ", " + most + "]: " + ValueText.of(text));
    }

    private double decimalOf(String name, String text) throws HttpException {
        double number = ValueText.isDecimal(text) ? Double.parseDouble(text) : Double.NaN;
        if (!Double.isFinite(number)) {
            throw refusal(name, (Double.isNaN(number) ? "is not a number: " : "is too large: ")
                    + ValueText.of(text));
        }
        return number;
    }

    private boolean flagOf(String name, String text) throws HttpException {
        if (text.equals("1") || text.equalsIgnoreCase("true") || text.equalsIgnoreCase("on")) {
            return true;
        }
        if (text.equals("0") || text.equalsIgnoreCase("false") || text.equalsIgnoreCase("off")) {
            return false;
        }
        throw refusal(name, "is neither true nor false: " + ValueText.of(text));
    }

    private HttpException refusal(String name, String why) {
        return new HttpException(status, kind + " " + ValueText.of(name) + " " + why);
    }

    /** The names only: a value may be a secret. */
    @Override
    public String toString() {
        return kind + " " + names;
    }

    /**
     * Fills a list of values.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private final String kind;
        private final List<String> names = new ArrayList<>();
        private final List<String> values = new ArrayList<>();
        private Status status = Status.BAD_REQUEST;
        private boolean isComplete;

        private Builder(String kind) {
            this.kind = kind;
        }

        /** Adds a value at the end, both decoded. */
        public Builder add(String name, String value) {
            names.add(Objects.requireNonNull(name));
            values.add(Objects.requireNonNull(value));
            return this;
        }

        /** Sets the status of refusals, such as 404 for parameters of a path; 400 by default. */
        public Builder status(Status status) {
            this.status = Objects.requireNonNull(status);
            return this;
        }

        /**
         * Says that the list has each name that there can be, as the parameters of a route have. To
         * read another one without a second argument is then a mistake of the program, an {@link
         * IllegalArgumentException}, and no refusal.
         */
        public Builder complete() {
            isComplete = true;
            return this;
        }

        /** The list of what has been added. */
        public Values build() {
            return new Values(this);
        }
    }
}
