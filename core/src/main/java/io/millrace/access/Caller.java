package io.millrace.access;

import io.millrace.http.Response;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one request may do, by its credentials.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Caller {

    /** One without a token, where none is needed. */
    static final Caller ANY = anonymous(EnumSet.allOf(Right.class));
    /** One without a token, where reads need none. */
    static final Caller READER = anonymous(EnumSet.of(Right.READ, Right.LIST));

    private final Response refusal;
    private final List<Grant> grants;

    private Caller(Response refusal, List<Grant> grants) {
        this.refusal = refusal;
        this.grants = grants;
    }

    private static Caller anonymous(Set<Right> rights) {
        return new Caller(null, List.of(new Grant(null, null, rights, "")));
    }

    static Caller of(List<Grant> grants) {
        return new Caller(null, grants);
    }

    /** One that may do what these grants allow, too. */
    Caller with(List<Grant> more) {
        return new Caller(refusal, Stream.concat(grants.stream(), more.stream()).toList());
    }

    static Caller refused(Response refusal) {
        return new Caller(refusal, List.of());
    }

    /**
     * The refusal of a request whose token is missing or wrong, whatever it asks for: 401, for a
     * wrong token after a delay. Null if the request may have rights, see {@link #refuse}.
     */
    public @Nullable Response refusal() {
        return refusal;
    }

    /** The name of the token; null if it has none, or the request came without. */
    public @Nullable String name() {
        return grants.isEmpty() ? null : grants.get(0).name();
    }

    /**
     * The refusal of something that a request asks for: {@link #refusal} if there is one, otherwise
     * 403, which says nothing of what is there.
     *
     * @param right what it takes
     * @param path the path, decoded and in its one spelling, without its first slash; that of a
     *     folder ends in a slash, that of the topmost one is empty
     * @return null if the request may do it
     */
    public @Nullable Response refuse(Right right, String path) {
        if (refusal != null) {
            return refusal;
        }
        for (int i = 0; i < grants.size(); i++) { // no iterator for each request
            if (grants.get(i).allows(right, path)) {
                return null;
            }
        }
        return AccessRefusals.FORBIDDEN;
    }
}
