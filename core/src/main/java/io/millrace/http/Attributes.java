package io.millrace.http;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a request: what a {@link RequestHead} of your own keeps them in.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class Attributes {

    private final Map<Attribute<?>, Object> values = new IdentityHashMap<>();

    /** None yet. */
    public Attributes() {
    }

    /** As {@link RequestHead#attribute(Attribute)}. */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T value(Attribute<T> attribute) {
        return (T) values.get(Objects.requireNonNull(attribute)); // set() has put a T there
    }

    /** As {@link RequestHead#attribute(Attribute, Object)}. */
    public <T> void set(Attribute<T> attribute, @Nullable T value) {
        Objects.requireNonNull(attribute);
        if (value == null) {
            values.remove(attribute);
        } else {
            values.put(attribute, value);
        }
    }

    @Override
    public String toString() {
        return values.keySet().toString(); // a value may be a secret
    }
}
