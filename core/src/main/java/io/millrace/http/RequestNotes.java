package io.millrace.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an application notes about a request for those who look at it later, such as an access log:
 * whose it is, how long it has waited for the device, and anything else by name. See {@link
 * RequestHead#notes}.
 *
 * <p>Nothing is kept if nothing observes the request, so that noting costs nothing then.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class RequestNotes {

    /** Those of a request that nothing observes. */
    public static final RequestNotes NONE = new RequestNotes(false);
    /** More would make an observer's line a document. */
    private static final int MOST_OTHERS = 16;

    private final boolean isKept;
    private String user;
    private String route;
    private long deviceNs;
    /** Null until there is one. */
    private Map<String, String> others;

    private RequestNotes(boolean isKept) {
        this.isKept = isKept;
    }

    /** Notes that are kept, none yet. */
    public static RequestNotes kept() {
        return new RequestNotes(true);
    }

    /** Whether anything is kept: else it need not be found out. */
    public boolean isKept() {
        return isKept;
    }

    /**
     * Notes on whose behalf the request is made.
     *
     * @param name as far as the application has verified it; null if it has a name no more
     */
    public void user(@Nullable String name) {
        if (isKept) {
            synchronized (this) {
                user = name;
            }
        }
    }

    /** The user; null if none was noted. */
    public synchronized @Nullable String user() {
        return user;
    }

    /**
     * Notes the pattern of the route that handles the request, such as <code>/users/{id}</code>.
     *
     * @param pattern one of a few, and no path that a client has chosen; null if there is none
     */
    public void route(@Nullable String pattern) {
        if (isKept) {
            synchronized (this) {
                route = pattern;
            }
        }
    }

    /** The pattern of the route; null if none was noted. */
    public synchronized @Nullable String route() {
        return route;
    }

    /** Adds a time for which the request has waited for a storage device, in nanoseconds. */
    public void waitedForDevice(long ns) {
        if (isKept) {
            synchronized (this) {
                deviceNs += ns;
            }
        }
    }

    /** How long the request has waited for a device, in nanoseconds. */
    public synchronized long deviceNs() {
        return deviceNs;
    }

    /**
     * Notes anything else, such as the identifier of a trace. A name that was noted before gets the
     * new value. Beyond 16 names nothing more is kept.
     */
    public void put(String name, String value) {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
        if (isKept) {
            synchronized (this) {
                if (others == null) {
                    others = new LinkedHashMap<>();
                }
                if (others.size() < MOST_OTHERS || others.containsKey(name)) {
                    others.put(name, value);
                }
            }
        }
    }

    /** What was noted by {@link #put}, in the order of the first notes: a copy. */
    public synchronized Map<String, String> others() {
        return others == null ? Map.of() : new LinkedHashMap<>(others);
    }
}
