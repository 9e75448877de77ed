package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.access.AccessRules;
import io.millrace.access.Caller;
import io.millrace.access.Right;
import io.millrace.http.Response;
import io.millrace.tree.KeyPath;
import java.util.concurrent.atomic.LongAdder;

/**
 * What clients may do to what a path names, decided by the names alone: a refusal is the same
 * whether something is there or not.
 *
 * <p>Threads: any.
 */
final class StoreRights {

    private final AccessControl access;
    private final LongAdder forbidden = new LongAdder();

    StoreRights(AccessControl access) {
        this.access = access;
    }

    /** Who may do what, as the options say. */
    static AccessControl access(StoreOptions options) {
        return new AccessControl(rules(options), options.openReads(), options.wrongTokenDelay());
    }

    private static AccessRules rules(StoreOptions options) {
        if (options.access() != null) {
            return options.access();
        }
        return options.token() == null ? AccessRules.open() : AccessRules.token(options.token());
    }

    /** Why the client may not do all of this to what a path names; null if it may. */
    Response refuse(Caller caller, KeyPath path, Right... rights) {
        // What has no key is the store's own folder, or nothing: for those that may use all of it.
        String name = path.key() == null ? "" : path.key().name();
        String asked = path.hasSlash() && !name.isEmpty() ? name + '/' : name;
        for (Right right : rights) {
            Response refusal = caller.refuse(right, asked);
            if (refusal != null) {
                forbidden.increment();
                return refusal;
            }
        }
        return null;
    }

    /** How many requests were refused so far, and why. */
    StoreStats.Builder stats() {
        return StoreStats.builder().missingTokens(access.missingTokens())
                .wrongTokens(access.wrongTokens()).forbidden(forbidden.sum());
    }
}
