package io.millrace.bucket.engine;

/**
 * Which conditional requests an engine holds when two come at once, as a probe has seen it, and
 * what the keys have no right to.
 *
 * <p>Threads: any, immutable.
 *
 * @param isKnown whether the engine has been probed; if not, nothing is held yet
 * @param create whether of two PUTs of a new object one fails ({@code If-None-Match: *})
 * @param replace whether of two PUTs that replace the same version one fails ({@code If-Match})
 * @param delete whether a DELETE of another version than that of its {@code If-Match} fails
 * @param complete whether the end of a multipart upload fails where an object is ({@code
 *     If-None-Match: *})
 * @param mayList whether the keys have the right to list
 * @param mayDelete whether the keys have the right to delete
 */
public record Holds(boolean isKnown, boolean create, boolean replace, boolean delete,
        boolean complete, boolean mayList, boolean mayDelete) {

    /** Before the first probe. */
    public static final Holds UNKNOWN = new Holds(false, false, false, false, false, true, true);
    /** Of a store that changes nothing, and so probes nothing. */
    static final Holds READ_ONLY = new Holds(true, false, false, false, false, true, false);

    /** Whether all conditional PUTs are held, those of large objects too. */
    public boolean writes() {
        return create && replace && complete;
    }

    /** For banners and log lines: a phrase that may follow the bucket's name. */
    @Override
    public String toString() {
        if (!isKnown) {
            return "conditional writes not probed yet";
        }
        if (this.equals(READ_ONLY)) {
            return "read-only";
        }
        StringBuilder text = new StringBuilder("conditional writes: ");
        text.append("create ").append(word(create)).append(", replace ").append(word(replace))
                .append(", multipart ").append(word(complete)).append(", delete ")
                .append(word(delete));
        text.append(mayList ? "" : "; the keys may not list: folders get 403")
                .append(mayDelete ? "" : "; the keys may not delete: DELETE gets 403");
        return text.toString();
    }

    private static String word(boolean isHeld) {
        return isHeld ? "held" : "not held";
    }
}
