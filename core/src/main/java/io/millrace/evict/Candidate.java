package io.millrace.evict;

/**
 * An object that may leave.
 *
 * <p>Threads: any, immutable.
 *
 * @param object the object as a walk has found it
 * @param usedNs when it was used last, in nanoseconds since 1970
 */
record Candidate(StoredObject object, long usedNs) implements Comparable<Candidate> {

    /** The order in which objects leave; of those used at the same time, the older file first. */
    @Override
    public int compareTo(Candidate other) {
        int byUse = Long.compare(usedNs, other.usedNs);
        int byChange = byUse != 0 ? byUse
                : Long.compare(object.modifiedNs(), other.object.modifiedNs());
        return byChange != 0 ? byChange : object.name().compareTo(other.object.name());
    }
}
