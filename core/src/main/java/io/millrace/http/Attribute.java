package io.millrace.http;

import java.util.Objects;

/**
 * What a filter hands on with a request, under a name and with a type, such as the user:
 *
 * <pre>{@code
 * static final Attribute<User> USER = Attribute.of("user");
 *
 * request.attribute(USER, user);       // in a filter
 * User user = request.attribute(USER); // in a handler
 * }</pre>
 *
 * <p>It is itself the key: two attributes of one name are two attributes.
 *
 * <p>Threads: any, immutable.
 *
 * @param <T> what it is
 * @since 0.1
 */
public final class Attribute<T> {

    private final String name;

    private Attribute(String name) {
        this.name = Objects.requireNonNull(name);
    }

    /**
     * A new attribute, mostly for a constant.
     *
     * @param name for people
     */
    public static <T> Attribute<T> of(String name) {
        return new Attribute<>(name);
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
