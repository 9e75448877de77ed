package io.millrace.access;

import io.millrace.http.Credentials;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.LogThrottle;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Applies rules to requests. Tokens come as {@code Authorization: Bearer TOKEN} (RFC 6750 section
 * 2.1), or as the password of Basic (RFC 7617) with any user name; if that is the name of a token,
 * it must be that token. Two such fields count as none: a proxy may have checked the other one.
 *
 * <p>A request with a wrong token gets its 401 after a delay, without a thread waiting and without
 * its body being read, so that a client that guesses is slowed down; with more than 1,024 at once
 * the others get it immediately. One without a token gets it immediately, as most clients of Basic
 * send their first request so.
 *
 * <p>Threads: any. Missing and wrong tokens are counted, and wrong ones logged, one line a second.
 *
 * @since 0.1
 */
public final class AccessControl { // decision 171

    private final boolean openReads;
    private final Delays delays;
    private final LongAdder missingTokens = new LongAdder();
    private final LongAdder wrongTokens = new LongAdder();
    private final LongAdder forbidden = new LongAdder();
    /** Guarded by itself. */
    private final LogThrottle log = new LogThrottle();
    private volatile AccessRules rules;

    /**
     * Access control by these rules.
     *
     * @param openReads whether GET, HEAD and OPTIONS need no token, whatever the rules say
     * @param delay how long the response to a wrong token waits; zero for not at all
     */
    public AccessControl(AccessRules rules, boolean openReads, Duration delay) {
        this(rules, openReads, new Delays(delay));
    }

    AccessControl(AccessRules rules, boolean openReads, Delays delays) {
        this.rules = Objects.requireNonNull(rules);
        this.openReads = openReads;
        this.delays = delays;
    }

    /** The rules that apply now. */
    public AccessRules rules() {
        return rules;
    }

    /** Replaces all rules at once. Requests that have been let in go on. */
    public void rules(AccessRules rules) {
        this.rules = Objects.requireNonNull(rules);
    }

    /** How many requests had no token where one is needed. */
    public long missingTokens() {
        return missingTokens.sum();
    }

    /** How many requests had a wrong token. */
    public long wrongTokens() {
        return wrongTokens.sum();
    }

    /** How many requests had a token without the right that they need. */
    public long forbidden() {
        return forbidden.sum();
    }

    /**
     * Why a caller may not do all of this, decided by the path alone: a refusal is the same whether
     * something is there or not.
     *
     * @param path as in {@link Caller#refuse}
     * @return the refusal, which is counted; null if it may
     */
    public @Nullable Response refuse(Caller caller, String path, Right... rights) {
        for (Right right : rights) {
            Response refusal = caller.refuse(right, path);
            if (refusal != null) {
                forbidden.increment();
                return refusal;
            }
        }
        return null;
    }

    /**
     * Who sent a request, as far as its credentials tell. The name of a right token is noted as the
     * request's user, for access logs.
     */
    public Caller caller(RequestHead request) {
        AccessRules current = rules;
        if (current.isOpen()) {
            return Caller.ANY;
        }
        if (openReads && isRead(request.method())) {
            return Caller.READER;
        }
        Credentials bearer = Credentials.of(request.headers(), "Bearer");
        Credentials basic = bearer != null ? null : Credentials.of(request.headers(), "Basic");
        if (bearer == null && basic == null) {
            missingTokens.increment();
            return Caller.refused(AccessRefusals.MISSING);
        }
        List<Grant> grants = bearer != null ? current.of(null, bearer.sha256())
                : ofPassword(current, basic.decoded());
        if (grants.isEmpty()) {
            return wrong(request);
        }
        Caller caller = Caller.of(grants);
        request.notes().user(caller.name());
        return caller;
    }

    /**
     * What may be offered to the client of a request that reads, for a page that shows it: what its
     * token may do; and where reads need no token, and it came without one or with a wrong one,
     * what any token may do. Nothing is counted or noted.
     *
     * @param caller who {@link #caller} has said it is
     */
    public Caller offered(RequestHead request, Caller caller) { // decision 290
        AccessRules current = rules;
        if (caller != Caller.READER || current.isOpen()) {
            return caller;
        }
        Credentials bearer = Credentials.of(request.headers(), "Bearer");
        Credentials basic = bearer != null ? null : Credentials.of(request.headers(), "Basic");
        List<Grant> grants = bearer != null ? current.of(null, bearer.sha256())
                : basic != null ? ofPassword(current, basic.decoded()) : List.of();
        return caller.with(grants.isEmpty() ? current.grants() : grants);
    }

    private static List<Grant> ofPassword(AccessRules rules, Credentials pair) {
        Credentials password = pair == null ? null : pair.password();
        return password == null ? List.of() : rules.of(pair.user(), password.sha256());
    }

    private static boolean isRead(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }

    private Caller wrong(RequestHead request) {
        wrongTokens.increment();
        synchronized (log) {
            log.log(AccessControl.class, Level.WARNING,
                    "wrong token: request refused with 401", null, System.nanoTime());
        }
        return Caller.refused(delays.later(AccessRefusals.WRONG, request));
    }
}
