package io.millrace.bucket.cache;

import io.millrace.tree.Key;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Small objects in memory, so that a GET of one costs no request to the engine.
 *
 * <p>What a client can see: a copy is sent without asking for as long as the window, counted from
 * before the engine was asked for it. So what another node, or another program, has changed shows
 * at the latest when the window has passed since the engine has said that it is done. What this
 * node has changed shows at once: each change makes the cache forget the object before the engine
 * can carry it out, and again before it is answered, and a read that began before that leaves
 * nothing here.
 *
 * <p>The object that was asked for least recently leaves first.
 *
 * <p>Threads: any.
 */
public final class BucketCache { // decision 333

    /** Names that are remembered as small: 32 KiB. A power of two. */
    private static final int SEEN = 8192;
    /** Keys that share a count of changes: a needless read now and then. A power of two. */
    private static final int GENERATIONS = 1024;

    private final long maxBytes;
    private final int maxObjectBytes;
    private final long windowNs;
    private final LongSupplier clockNs;

    // Below: guarded by this.
    private final Map<String, CachedCopy> copies = new LinkedHashMap<>(16, 0.75f, true);
    private long usedBytes;
    /** Hashes of names of small objects that were asked for: what is wanted once never gets in. */
    private final int[] seen;
    /** Counts of changes, by hashes of names. */
    private final int[] generations = new int[GENERATIONS];
    private long hits;
    private long misses;
    private long revalidations;

    /**
     * An empty cache.
     *
     * @param maxBytes what all copies may take, with all that belongs to them; 0 for no cache
     * @param maxObjectBytes length of the largest object
     * @param windowNs how long a copy is sent without asking for it; 0 for no cache
     * @param clockNs the time, in nanoseconds since any moment
     */
    public BucketCache(long maxBytes, int maxObjectBytes, long windowNs, LongSupplier clockNs) {
        this.maxBytes = windowNs == 0 ? 0 : maxBytes;
        this.maxObjectBytes = maxObjectBytes;
        this.windowNs = windowNs;
        this.clockNs = clockNs;
        this.seen = new int[this.maxBytes > 0 ? SEEN : 1];
    }

    /** Whether there is a cache at all. */
    boolean isOn() {
        return maxBytes > 0;
    }

    /** Whether an object of that length may be kept. */
    boolean holds(long sizeBytes) {
        return sizeBytes <= maxObjectBytes && sizeBytes <= maxBytes;
    }

    /** How many objects may be read for the cache at once, so that these, too, are bounded. */
    int maxReads() {
        return (int) Math.max(1, Math.min(256, maxBytes / 4 / Math.max(1, maxObjectBytes)));
    }

    /** The time by which copies are checked. */
    long nowNs() {
        return clockNs.getAsLong();
    }

    /** Whether an answer to a request that began then is good for one that begins now. */
    boolean isWithin(long beganNs) {
        return nowNs() - beganNs < windowNs;
    }

    /** The copy that may be sent without asking; null if there is none. */
    public synchronized CachedCopy fresh(String name) {
        CachedCopy copy = isOn() ? copies.get(name) : null;
        if (copy == null || nowNs() - copy.checkedNs() >= windowNs) {
            misses += isOn() ? 1 : 0;
            return null;
        }
        hits++;
        return copy;
    }

    /** The copy, which may have to be checked; null if there is none. */
    public synchronized CachedCopy find(String name) {
        return copies.get(name);
    }

    /** Whether a GET of this object should bring it here: it is small, and not the first one. */
    public synchronized boolean isWanted(String name) {
        int hash = Key.spread(name);
        return isOn() && (copies.containsKey(name) || seen[hash >>> 1 & SEEN - 1] == hash);
    }

    /** A GET has found an object of that length. */
    public synchronized void saw(String name, long sizeBytes) {
        if (isOn() && holds(sizeBytes)) {
            int hash = Key.spread(name);
            seen[hash >>> 1 & SEEN - 1] = hash;
        }
    }

    /** How often what has this name was changed, for {@link #keep} and the like. */
    synchronized int generation(String name) {
        return generations[place(name)];
    }

    private static int place(String name) {
        return Key.spread(name) >>> 8 & GENERATIONS - 1;
    }

    /** Keeps a copy, unless the object was changed since the generation was asked for. */
    synchronized void keep(CachedCopy copy, int generation) {
        CachedCopy there = copies.get(copy.name());
        boolean isNewer = there == null || copy.checkedNs() - there.checkedNs() >= 0;
        if (!isOn() || generations[place(copy.name())] != generation || !isNewer
                || copy.costBytes() > maxBytes) {
            return;
        }
        remove(copy.name());
        copies.put(copy.name(), copy);
        usedBytes += copy.costBytes();
        Iterator<CachedCopy> oldest = copies.values().iterator();
        while (usedBytes > maxBytes) {
            usedBytes -= oldest.next().costBytes();
            oldest.remove();
        }
    }

    /** The engine has said that a copy is what it has; asked at that time. */
    synchronized void checked(CachedCopy copy, long beganNs, int generation) {
        if (generations[place(copy.name())] == generation) {
            copy.checked(Math.max(beganNs - copy.checkedNs(), 0) + copy.checkedNs());
            revalidations++;
        }
    }

    /** The engine has said that it has no such object, or none that is kept. */
    synchronized void forget(String name) {
        remove(name);
    }

    /**
     * This node changes an object. Called before the engine can carry the change out, and again
     * when that is known or given up, before the client is told.
     */
    public synchronized void changed(String name) {
        generations[place(name)]++;
        remove(name);
    }

    private void remove(String name) {
        CachedCopy gone = copies.remove(name);
        usedBytes -= gone == null ? 0 : gone.costBytes();
    }

    /** How many objects are here. */
    public synchronized int objects() {
        return copies.size();
    }

    /** What they take. */
    public synchronized long bytes() {
        return usedBytes;
    }

    /** GETs and HEADs that were answered without asking the engine. */
    public synchronized long hits() {
        return hits;
    }

    /** GETs and HEADs for which the engine was asked, while there is a cache. */
    public synchronized long misses() {
        return misses;
    }

    /** Copies of which the engine has said that they are what it has. */
    public synchronized long revalidations() {
        return revalidations;
    }
}
