package io.millrace.app.run;

import java.util.ArrayList;
import java.util.List;

/**
 * What has been done to one key, and so which states it may be found in. A change may take effect
 * at any moment between its first byte and its answer; one that was never answered, at any moment
 * from its first byte on, or not at all. Moments are numbers that only grow. Threads: any.
 */
final class KeyHistory {

    /** The version of a key that names nothing. */
    static final long NOTHING = 0;

    private static final long NEVER = Long.MAX_VALUE;

    /** A change to a version, {@link #NOTHING} for a deletion. */
    static final class Change {

        private final long version;
        private final long begun;
        private long answered = NEVER;

        private Change(long version, long begun) {
            this.version = version;
            this.begun = begun;
        }
    }

    private final List<Change> changes = new ArrayList<>();

    KeyHistory() {
        startFrom(NOTHING);
    }

    /** Forgets all: the key is known to be in this state. */
    synchronized void startFrom(long version) {
        changes.clear();
        Change known = new Change(version, Long.MIN_VALUE);
        known.answered = Long.MIN_VALUE;
        changes.add(known);
    }

    /** Notes a change before its first byte is sent. */
    synchronized Change begin(long version, long now) {
        Change change = new Change(version, now);
        changes.add(change);
        return change;
    }

    /** Notes that a change was acknowledged. */
    synchronized void acknowledge(Change change, long now) {
        change.answered = now;
    }

    /** Notes that a change was refused, and so has never happened. */
    synchronized void refuse(Change change) {
        changes.remove(change);
    }

    /** Whether a look that took from {@code from} to {@code to} may have seen this version. */
    synchronized boolean allows(long version, long from, long to) {
        return changes.stream().anyMatch(change -> change.version == version && change.begun < to
                && changes.stream().noneMatch(other -> other.begun > change.answered
                        && other.answered < from));
    }

    /** Whether this version, if it is the state, is due to a change that was never acknowledged. */
    synchronized boolean isUnacknowledged(long version) {
        return changes.stream().anyMatch(
                change -> change.version == version && change.answered == NEVER)
                && changes.stream().noneMatch(
                        change -> change.version == version && change.answered != NEVER);
    }

    /** How many changes were never acknowledged. */
    synchronized int unacknowledged() {
        return (int) changes.stream().filter(change -> change.answered == NEVER).count();
    }
}
