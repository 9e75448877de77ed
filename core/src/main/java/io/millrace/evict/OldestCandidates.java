package io.millrace.evict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The least recently used of any number of objects: at most so many that they take a few megabytes.
 *
 * <p>Threads: one.
 */
final class OldestCandidates {

    private final int most;
    /** The most recently used of them first. */
    private final PriorityQueue<Candidate> oldest =
            new PriorityQueue<>(Collections.reverseOrder());
    /** Once true this is always true. */
    private boolean overflown;

    OldestCandidates(int most) {
        this.most = most;
    }

    void add(StoredObject object, long usedNs) {
        if (oldest.size() < most) {
            oldest.add(new Candidate(object, usedNs));
            return;
        }
        overflown = true;
        Candidate candidate = new Candidate(object, usedNs);
        if (candidate.compareTo(oldest.peek()) < 0) {
            oldest.remove();
            oldest.add(candidate);
        }
    }

    /** Whether there were more than these. */
    boolean isOverflown() {
        return overflown;
    }

    /** The least recently used first. */
    List<Candidate> inOrder() {
        List<Candidate> list = new ArrayList<>(oldest);
        Collections.sort(list);
        return list;
    }
}
