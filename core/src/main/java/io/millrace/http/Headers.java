package io.millrace.http;

import java.util.ArrayList;
import java.util.List;

/**
 * An ordered list of field names and values (RFC 9110 section 5). Names compare without case.
 *
 * <p>Threads: the headers of a request are valid as long as its {@link RequestHead}; those made by
 * {@link #of} are immutable.
 *
 * @since 0.1
 */
public interface Headers {

    /** The number of field lines. */
    int size();

    /** The name of field line {@code index}, as it was sent. */
    String name(int index);

    /** The value of field line {@code index}, without the white space around it. */
    String value(int index);

    /** The value of the first field line called {@code name}; null if there is none. */
    default String first(String name) {
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                return value(i);
            }
        }
        return null;
    }

    /** The values of all field lines called {@code name}, in order; empty if there is none. */
    default List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /** Whether there is a field line called {@code name}. */
    default boolean contains(String name) {
        return first(name) != null;
    }

    /** No field line at all. */
    static Headers empty() {
        return FieldList.EMPTY;
    }

    /**
     * Field lines from names and values in turn.
     *
     * @throws IllegalArgumentException if a name is no token or a value has a control character
     *     (CR, LF and NUL among them), so that no value can smuggle in a line of its own; or if
     *     a name is left without a value
     */
    static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a field name without a value: "
                    + namesAndValues[namesAndValues.length - 1]);
        }
        FieldList fields = FieldList.EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields = fields.plus(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /**
     * A copy of field lines that stays as it is, whatever becomes of them.
     *
     * @return the argument if it is such a copy already
     * @throws IllegalArgumentException if a name or value is one that {@link #of} refuses
     */
    static Headers copyOf(Headers headers) {
        if (headers instanceof FieldList) {
            return headers;
        }
        FieldList fields = FieldList.EMPTY;
        for (int i = 0; i < headers.size(); i++) {
            fields = fields.plus(headers.name(i), headers.value(i));
        }
        return fields;
    }
}
