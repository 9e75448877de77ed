package io.millrace.objects;

import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Small objects in memory, so that a GET of one takes no file.
 *
 * <p>It never gives away what the store has changed: who changes an object makes the cache forget
 * it first, under the key's write lock, and who puts one in holds the read lock. So between the
 * moment in which a change can first be seen and the end of it there is nothing to be found here,
 * and whoever looks at the file instead waits for the change.
 *
 * <p>What another program changes shows when an object is checked, which is due when the window
 * has passed since the last check.
 *
 * <p>The order is that of the clock algorithm: the oldest leaves, unless it was asked for since its
 * last turn. A hit changes nothing but a mark, and takes no lock.
 *
 * <p>Threads: any.
 */
public final class ObjectCache { // decisions 38, 39 and 40

    /** How many objects one newcomer may give another turn, so that it never searches for long. */
    private static final int MAX_TURNS = 8;
    /** Names that are remembered as missed: 32 KiB. A power of two. */
    private static final int MISSES = 8192;

    private final long maxBytes;
    private final int maxObjectBytes;
    private final long windowNs;
    private final LongSupplier clockNs;
    private final Map<String, CachedObject> objects = new ConcurrentHashMap<>();
    /**
     * Hashes of names that were asked for and not found. What only one client wants once never gets
     * in. Neither volatile nor guarded: a miss that gets lost is one file read more.
     */
    private final int[] misses;
    private final LongAdder hitCount = new LongAdder();
    private final LongAdder missCount = new LongAdder();
    /** Stands between the newest object and the oldest, which is after it. Guarded by this. */
    private final CachedObject end = new CachedObject("", new Version(0, 0, 0, true),
            ObjectMeta.NONE, Response.of(Status.OK), 0, 0, 0);
    /** What all objects take. Guarded by this. */
    private long usedBytes;
    /** Once true this is always true: nothing is kept. Guarded by this. */
    private boolean closed;

    /**
     * An empty cache.
     *
     * @param maxBytes what all objects may take, with all that belongs to them; 0 for no cache
     * @param maxObjectBytes length of the largest object
     * @param windowNs how long an object is good before its file is looked at again
     * @param clockNs the time, in nanoseconds since any moment
     */
    public ObjectCache(long maxBytes, int maxObjectBytes, long windowNs, LongSupplier clockNs) {
        this.maxBytes = maxBytes;
        this.maxObjectBytes = maxObjectBytes;
        this.windowNs = windowNs;
        this.clockNs = clockNs;
        this.misses = new int[maxBytes > 0 ? MISSES : 0];
    }

    /** The time by which objects are checked. */
    public long nowNs() {
        return clockNs.getAsLong();
    }

    /** The object of a name; null if it is not here. */
    public CachedObject find(String name) {
        CachedObject object = objects.get(name);
        if (object != null) {
            object.use();
        }
        return object;
    }

    /** Whether the file of an object has to be looked at before the object is given away. */
    public boolean isCheckDue(CachedObject object, long nowNs) {
        return nowNs - object.checkedNs() >= windowNs;
    }

    /** Counts a request that an object in memory has served. */
    public void hit() {
        hitCount.increment();
    }

    /**
     * Takes note of a name that was not found, and counts the request.
     *
     * @return whether it was missed not long ago, too, so that it is worth keeping
     */
    public boolean miss(String name) {
        if (misses.length == 0) {
            return false;
        }
        missCount.increment();
        int hash = Key.spread(name);
        int index = hash >>> Integer.numberOfLeadingZeros(MISSES - 1);
        boolean again = misses[index] == hash;
        misses[index] = hash;
        return again;
    }

    /** Whether objects of this length can be kept. */
    public boolean holds(long sizeBytes) {
        return sizeBytes <= maxObjectBytes;
    }

    /** Keeps an object in place of any other of that name. The caller has the key's read lock. */
    public synchronized void keep(CachedObject object) {
        if (closed || object.costBytes() > maxBytes) {
            return;
        }
        forget(object.name());
        makeRoom(object.costBytes());
        objects.put(object.name(), object);
        append(object);
    }

    private void makeRoom(long bytes) {
        int turns = MAX_TURNS;
        while (usedBytes > maxBytes - bytes) {
            CachedObject oldest = end.after;
            if (oldest.takeUse() && turns > 0) {
                turns--;
                unlink(oldest);
                append(oldest);
            } else {
                forget(oldest);
            }
        }
    }

    /** Forgets what has a name. */
    public void forget(String name) {
        CachedObject object = objects.get(name);
        if (object != null) {
            forget(object);
        }
    }

    /** Forgets all that is in a folder. The caller has the write locks of all keys. */
    public void forgetBelow(String folderName) {
        for (String name : objects.keySet()) {
            if (name.startsWith(folderName + '/')) {
                forget(name);
            }
        }
    }

    /** Forgets an object, unless another one has its place. */
    public synchronized void forget(CachedObject object) {
        if (objects.remove(object.name(), object)) {
            unlink(object);
        }
    }

    /** Forgets all objects, and keeps none from now on. */
    public synchronized void close() {
        closed = true;
        while (end.after != end) {
            forget(end.after);
        }
    }

    private void append(CachedObject object) {
        object.before = end.before;
        object.after = end;
        object.before.after = object;
        end.before = object;
        usedBytes += object.costBytes();
    }

    private void unlink(CachedObject object) {
        object.before.after = object.after;
        object.after.before = object.before;
        usedBytes -= object.costBytes();
    }

    /** Requests that were served from memory. */
    public long hits() {
        return hitCount.sum();
    }

    /** Requests for what was not in memory; 0 without a cache. */
    public long misses() {
        return missCount.sum();
    }

    /** How many objects there are now. */
    public int objects() {
        return objects.size();
    }

    /** What all objects take now. */
    public synchronized long usedBytes() {
        return usedBytes;
    }
}
