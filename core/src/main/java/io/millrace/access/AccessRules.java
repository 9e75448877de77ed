package io.millrace.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which token may do what, and where. Tokens are kept as their SHA-256 only.
 *
 * <p>Threads: any, immutable. {@link AccessControl} applies them to requests.
 *
 * @since 0.1
 */
public final class AccessRules {

    /** Each request is compared with every token, some nanoseconds each. */
    static final int MAX_GRANTS = 1024;

    private static final int MAX_TOKEN_CHARS = 4096;
    private static final int MAX_NAME_CHARS = 255;

    private static final AccessRules OPEN = new AccessRules(true, List.of());
    private static final AccessRules NONE = new AccessRules(false, List.of());

    private final boolean open;
    private final List<Grant> grants;

    private AccessRules(boolean open, List<Grant> grants) {
        this.open = open;
        this.grants = grants;
    }

    /** Every request may do everything, without a token. */
    public static AccessRules open() {
        return OPEN;
    }

    /** No request may do anything, until {@link #grant} adds a token. */
    public static AccessRules none() {
        return NONE;
    }

    /**
     * One token without a name may do everything; no request without it may do anything.
     *
     * @throws IllegalArgumentException if the token is not 1 to 4096 visible ASCII characters
     */
    public static AccessRules token(String token) {
        return NONE.add(null, token, EnumSet.allOf(Right.class), "");
    }

    /**
     * Reads the rules from the text of a token file. Each line is {@code name token rights
     * [/prefix/]}: the rights are some of the letters r, w, d and l, and the prefix is the folder
     * that they are for, as in a URL; without one they are for all. Empty lines and
     * those that begin with {@code #} are ignored. A line that is the only one may be a token
     * alone, which may do everything.
     *
     * @throws IllegalArgumentException if there is no token, or a line is malformed. The message
     *     has the line's number and what to do, and nothing of the line
     */
    public static AccessRules parse(String text) {
        return RulesText.parse(text);
    }

    /**
     * These rules and one more grant. A token may have several: it may do what any of them allows.
     * Several tokens may have the same name, for example while one replaces another. Open rules
     * stay open: begin with {@link #none}.
     *
     * @param name whose token it is: visible characters without a colon, at most 255
     * @param token 1 to 4096 visible ASCII characters
     * @param rights what the token may do there
     * @param prefix the folder that the rights are for, as in a URL, such as {@code /team/};
     *     {@code /} for all; at most 4096 characters
     * @throws IllegalArgumentException if one of them is not as said, the token has another name
     *     already, or there are 1024 grants. The message has nothing of the token
     */
    public AccessRules grant(String name, String token, Set<Right> rights, String prefix) {
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS || !name.codePoints()
                .allMatch(AccessRules::isOfName)) {
            throw new IllegalArgumentException("a name must be 1 to " + MAX_NAME_CHARS
                    + " visible characters without a colon");
        }
        if (rights.isEmpty()) {
            throw new IllegalArgumentException("a token must have at least one right");
        }
        return add(name, token, rights, Prefix.read(prefix));
    }

    // RFC 7617 s2: a user-id can't have a colon.
    private static boolean isOfName(int c) {
        return c != ':' && !Character.isISOControl(c) && !Character.isWhitespace(c)
                && !Character.isSpaceChar(c);
    }

    private AccessRules add(String name, String token, Set<Right> rights, String prefix) {
        if (!isToken(token)) {
            throw new IllegalArgumentException("a token must be 1 to " + MAX_TOKEN_CHARS
                    + " visible ASCII characters");
        }
        if (grants.size() == MAX_GRANTS) {
            throw new IllegalArgumentException("there must be at most " + MAX_GRANTS + " grants");
        }
        TokenHash hash = TokenHash.of(token);
        for (Grant grant : grants) {
            if (grant.hash().isSame(hash) && !name.equals(grant.name())) {
                throw new IllegalArgumentException("the token has another name already: "
                        + "each name needs a token of its own");
            }
        }
        List<Grant> more = new ArrayList<>(grants);
        more.add(new Grant(name, hash, EnumSet.copyOf(rights), prefix));
        return new AccessRules(open, more);
    }

    /** Not RFC 6750's b64token: any visible ASCII is taken, as it does no harm in a field. */
    private static boolean isToken(String token) {
        return !token.isEmpty() && token.length() <= MAX_TOKEN_CHARS
                && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether every request may do everything. */
    public boolean isOpen() {
        return open;
    }

    /** All grants. */
    List<Grant> grants() {
        return List.copyOf(grants);
    }

    /** The number of grants. */
    public int size() {
        return grants.size();
    }

    /**
     * The grants of a token. All are compared, with hashes and in full, so that the time tells
     * neither which one matched nor how much of it.
     *
     * @param user the name that was sent with it; null for none. If one of the grants has this
     *     name, the token must be that one's
     * @param sha256 the SHA-256 of what was sent as the token
     * @return empty if it is wrong
     */
    List<Grant> of(String user, byte[] sha256) {
        TokenHash hash = TokenHash.of(sha256);
        List<Grant> found = new ArrayList<>(1);
        boolean isName = false;
        boolean isOfName = false;
        for (Grant grant : grants) {
            boolean named = grant.name() != null && grant.name().equals(user);
            isName |= named;
            if (grant.hash().isSame(hash)) {
                found.add(grant);
                isOfName |= named;
            }
        }
        return isName && !isOfName ? List.of() : found;
    }

    /** Whether the other has the same grants in the same order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof AccessRules rules && open == rules.open
                && grants.equals(rules.grants);
    }

    /** Fits {@link #equals}. */
    @Override
    public int hashCode() {
        return grants.hashCode();
    }

    /** The number of grants only: neither tokens nor their hashes belong in logs. */
    @Override
    public String toString() {
        return open ? "AccessRules[open]" : "AccessRules[" + grants.size() + " grants]";
    }
}
