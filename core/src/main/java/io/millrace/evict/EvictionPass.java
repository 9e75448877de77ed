package io.millrace.evict;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One pass over all objects: their files are told of reads that they don't tell, and those that
 * have not been used for too long, or are too many, leave in the order of their last use.
 *
 * <p>Threads: one.
 */
final class EvictionPass {

    private static final long SECOND_NS = 1_000_000_000L;

    /** Objects that one walk chooses: some 5 MB. With more to leave, another walk follows. */
    static final int MOST_CANDIDATES = 1 << 15;
    /**
     * What was used or changed less than this ago stays: a client that has just put an object is
     * going to read it, and another program may still be writing.
     */
    static final long YOUNG_NS = 2_000_000_000L;
    /** A file is told of a read when it is so much later than what it tells. */
    static final long NOTED_SECONDS = 3600;

    /** What lets a pass go slowly, and end early. */
    interface Pace {

        /** Called for each object; pauses now and then. False if the pass is to end. */
        boolean step();
    }

    /**
     * What a pass has done.
     *
     * @param byAge how many left as they were not used for too long
     * @param bySize how many left as there were too many bytes
     * @param evictedBytes those of the objects that left
     * @param failed how many the file system kept
     * @param whole whether it got to its end
     */
    record Result(long byAge, long bySize, long evictedBytes, long failed, boolean whole) {

        long evicted() {
            return byAge + bySize;
        }
    }

    private final EvictionLimits limits;
    private final EvictableObjects objects;
    private final Uses uses;
    /** What all objects have: changes are added by any thread, also in the middle of a walk. */
    private final AtomicLong bytes;
    private final int mostCandidates;
    private final Pace pace;

    /** Whether objects leave until there are few enough bytes. Once true this is always true. */
    private boolean shrinks;
    private long byAge;
    private long bySize;
    private long evictedBytes;
    private long failed;

    EvictionPass(EvictionLimits limits, EvictableObjects objects, Uses uses, AtomicLong bytes,
            int mostCandidates, Pace pace) {
        this.limits = limits;
        this.objects = objects;
        this.uses = uses;
        this.bytes = bytes;
        this.mostCandidates = mostCandidates;
        this.pace = pace;
    }

    /**
     * Makes the pass, once for each object of this class.
     *
     * @param roomWanted whether a PUT found no room: objects leave until there is some, even if
     *     they are not too many
     * @throws IOException if the objects can't be listed
     */
    Result run(boolean roomWanted) throws IOException {
        boolean whole;
        boolean more;
        do {
            long evictedBefore = byAge + bySize;
            OldestCandidates candidates = new OldestCandidates(mostCandidates);
            whole = walk(candidates, NOTED_SECONDS);
            shrinks |= limits.isOver(bytes.get()) || roomWanted && limits.toBytes() > 0;
            more = whole && evict(candidates) && byAge + bySize > evictedBefore;
        } while (more);
        return new Result(byAge, bySize, evictedBytes, failed, whole);
    }

    /**
     * Tells files of reads, and evicts nothing.
     *
     * @param graceSeconds a file is told of a read when it is so much later than what it tells
     */
    void noteReads(long graceSeconds) throws IOException {
        walk(null, graceSeconds);
    }

    /** @param candidates who is told of objects that may leave; null if none may */
    private boolean walk(OldestCandidates candidates, long graceSeconds) throws IOException {
        boolean[] goesOn = {true};
        long[] sum = {0};
        boolean whole = false;
        uses.passBegins();
        // What changes from here on may be found by the walk as well, and is counted twice then:
        // the next walk, which comes too soon at worst, counts it once.
        long bytesBefore = bytes.getAndSet(0);
        try {
            objects.each(object -> {
                goesOn[0] = pace.step();
                if (goesOn[0]) {
                    sum[0] += object.sizeBytes();
                    look(object, candidates, graceSeconds);
                }
                return goesOn[0];
            });
            whole = goesOn[0];
        } finally {
            uses.passEnds(whole);
            bytes.addAndGet(whole ? sum[0] : bytesBefore);
        }
        return whole;
    }

    private void look(StoredObject object, OldestCandidates candidates, long graceSeconds) {
        long nowSeconds = uses.nowSeconds();
        long nowNs = nowSeconds * SECOND_NS;
        long fileNs = object.usedNs(nowNs);
        long useSeconds = uses.lastUse(object.name());
        long laterSeconds = useSeconds - fileNs / SECOND_NS;
        if (laterSeconds > 0) {
            boolean told = laterSeconds > graceSeconds && objects.noteRead(object, useSeconds);
            if (!told) {
                uses.keep(object.name(), useSeconds);
            }
        }
        long usedNs = Math.max(fileNs, useSeconds * SECOND_NS);
        boolean leaves = limits.toBytes() > 0 || isExpired(usedNs, nowSeconds);
        if (candidates != null && leaves && nowNs - usedNs >= YOUNG_NS) {
            candidates.add(object, usedNs);
        }
    }

    private boolean isExpired(long usedNs, long nowSeconds) {
        return limits.afterSeconds() > 0
                && usedNs <= (nowSeconds - limits.afterSeconds()) * SECOND_NS;
    }

    /** Lets objects leave; whether there may be more to leave than these candidates. */
    private boolean evict(OldestCandidates candidates) {
        for (Candidate candidate : candidates.inOrder()) {
            boolean expired = isExpired(candidate.usedNs(), uses.nowSeconds());
            boolean tooMany = shrinks && bytes.get() > limits.lowBytes();
            if (!expired && !tooMany || !pace.step()) {
                return false;
            }
            evict(candidate.object(), candidate.usedNs(), expired);
        }
        return candidates.isOverflown();
    }

    private void evict(StoredObject object, long usedNs, boolean expired) {
        // Whatever is noted for it from here on was seen: the young are no candidates.
        EvictableObjects.Outcome outcome = objects.remove(object,
                () -> !uses.isRead(object.name())
                        && uses.lastUse(object.name()) <= usedNs / SECOND_NS);
        switch (outcome) {
            case REMOVED -> { // counted by Evictor.changed, as each removal is
                evictedBytes += object.sizeBytes();
                byAge += expired ? 1 : 0;
                bySize += expired ? 0 : 1;
            }
            case FAILED -> failed++;
            case SPARED -> {
                // Its bytes are counted by the next walk.
            }
        }
    }
}
