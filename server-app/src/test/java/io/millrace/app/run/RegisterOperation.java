package io.millrace.app.run;

/**
 * What one client did to a register, and when: at one moment between its start and its end it found
 * the register in a certain state, and left a state behind. States are numbers, of which each is
 * written once at most but for {@link #ABSENT}. Threads: any, immutable.
 *
 * @param startNs before its first byte was sent
 * @param endNs after its response had come; {@link #UNKNOWN} if none came, and then it may have
 *     happened or not
 * @param condition what it found
 * @param state the state that it found, or didn't find
 * @param written the state that it left; {@link #NOTHING} if it changed nothing
 */
record RegisterOperation(long startNs, long endNs, Condition condition, long state, long written) {

    /** The register is empty, as at first. */
    static final long ABSENT = 0;
    /** Written by what only looks. */
    static final long NOTHING = -1;
    /** The end of an operation without a response. */
    static final long UNKNOWN = Long.MAX_VALUE;

    /** What an operation says about the state that it found. */
    enum Condition {
        /** Nothing. */
        ANY,
        /** It was this one. */
        IS,
        /** It was another one. */
        IS_NOT
    }

    /** Found a state, {@link #ABSENT} perhaps, and left it. */
    static RegisterOperation read(long startNs, long endNs, long state) {
        return new RegisterOperation(startNs, endNs, Condition.IS, state, NOTHING);
    }

    /** Found another state than this one, and left it. */
    static RegisterOperation other(long startNs, long endNs, long state) {
        return new RegisterOperation(startNs, endNs, Condition.IS_NOT, state, NOTHING);
    }

    /** Wrote a state over any other. */
    static RegisterOperation write(long startNs, long endNs, long written) {
        return new RegisterOperation(startNs, endNs, Condition.ANY, ABSENT, written);
    }

    /** Wrote a state over this one. */
    static RegisterOperation replace(long startNs, long endNs, long state, long written) {
        return new RegisterOperation(startNs, endNs, Condition.IS, state, written);
    }

    /** Wrote a state over another one than this. */
    static RegisterOperation replaceOther(long startNs, long endNs, long state, long written) {
        return new RegisterOperation(startNs, endNs, Condition.IS_NOT, state, written);
    }

    boolean isUnknown() {
        return endNs == UNKNOWN;
    }

    boolean changes() {
        return written != NOTHING;
    }

    /** Whether it finds this state as it has found its own. */
    boolean allows(long found) {
        return switch (condition) {
            case ANY -> true;
            case IS -> found == state;
            case IS_NOT -> found != state;
        };
    }

    @Override
    public String toString() {
        String what = changes() ? "wrote " + name(written) : "looked";
        return String.format("%,d to %s: %s%s", startNs, isUnknown() ? "?"
                : String.format("%,d", endNs), what, switch (condition) {
                    case ANY -> "";
                    case IS -> ", found " + name(state);
                    case IS_NOT -> ", found another than " + name(state);
                });
    }

    /** How a state is printed. */
    static String name(long state) {
        return state == ABSENT ? "nothing" : "" + state;
    }
}
