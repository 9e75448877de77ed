package io.millrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of field names and values (RFC 9110 section 5). Names are case-insensitive.
 *
 * <p>Threads: the headers of a request are valid as long as its {@link RequestHead}. Those made by
 * {@link #of} are immutable.
 *
 * @since 0.1
 */
public interface Headers {

    /** The number of field lines. */
    int size();

    /** The name of field line {@code index}, as sent. */
    String name(int index);

    /** The value of field line {@code index}, without the white space around it. */
    String value(int index);

    /** The value of the first field line named {@code name}; null if there is none. */
    default @Nullable String first(String name) {
        Objects.requireNonNull(name);
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                return value(i);
            }
        }
        return null;
    }

    /** The values of all field lines named {@code name}, in order; empty if there are none. */
    default List<String> all(String name) {
        Objects.requireNonNull(name);
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /** Whether there is a field line named {@code name}. */
    default boolean contains(String name) {
        return first(name) != null;
    }

    /** Headers without a field line. */
    static Headers empty() {
        return FieldList.EMPTY;
    }

    /**
     * Field lines from alternating names and values.
     *
     * @throws IllegalArgumentException if a name is not a token, a value contains a control
     *     character (such as CR, LF or NUL), or the last name has no value. So no value can inject
     *     a line of its own
     */
    static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("missing value for field "
                    + namesAndValues[namesAndValues.length - 1]);
        }
        FieldList fields = FieldList.EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields = fields.plus(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /**
     * An immutable copy.
     *
     * @return the argument if it is already immutable
     * @throws IllegalArgumentException for a name or value that {@link #of} rejects
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
