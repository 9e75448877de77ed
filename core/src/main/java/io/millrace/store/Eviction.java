package io.millrace.store;

import io.millrace.evict.EvictionLimits;
import io.millrace.evict.EvictionStats;
import io.millrace.evict.Evictor;
import io.millrace.evict.Uses;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.objects.CachedObject;
import io.millrace.objects.ClosingBody;
import io.millrace.tree.Key;
import java.io.Closeable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What requests tell of the objects that they use, so that those that nothing uses can leave. In a
 * store that keeps its objects, the usual case, nothing is noted.
 *
 * <p>Threads: any; the fields are set before the first request.
 */
final class Eviction implements Closeable {

    private final EvictionLimits limits;
    private final long quotaBytes;
    /** Null if objects never leave by themselves, as {@link #evictor}. */
    private final Uses uses;
    private Evictor evictor;

    /** @param clockMs the time, in milliseconds since 1970 */
    Eviction(StoreOptions options, LongSupplier clockMs) {
        this.limits = new EvictionLimits(seconds(options), options.evictToBytes());
        this.quotaBytes = options.quotaBytes();
        this.uses = limits.any() ? new Uses(clockMs) : null;
    }

    /** Whole seconds, the next ones if there is a part of one. */
    private static long seconds(StoreOptions options) {
        return TimeUnit.MILLISECONDS.toSeconds(options.evictAfter().toMillis() + 999);
    }

    /** Starts to evict, if anything is to be. */
    void start(StoreState state) {
        if (uses != null) {
            evictor = new Evictor(limits, new EvictionTarget(state), uses);
            evictor.start();
        }
    }

    /** An object has been found by a request that uses it. */
    void used(Key key) {
        if (uses != null) {
            uses.used(key.name());
        }
    }

    /** An object has been found in memory. */
    void used(CachedObject object, long nowNs) {
        if (uses != null && object.isUseDue(nowNs)) {
            uses.used(object.name());
        }
    }

    /** The bytes of an object that is going to be read. */
    Body reading(Key key, Body body) {
        if (uses == null) {
            return body;
        }
        readingBegins(key);
        return new ClosingBody(body, () -> {
            readingEnds(key);
            body.close();
        });
    }

    /** An object is going to be read; {@link #readingEnds} has to follow. */
    void readingBegins(Key key) {
        if (uses != null) {
            uses.readingBegins(key.name());
        }
    }

    void readingEnds(Key key) {
        if (uses != null) {
            uses.readingEnds(key.name());
        }
    }

    /** An object has been stored. The caller has the key's write lock. */
    void stored(Key key, long moreBytes) {
        if (uses != null) {
            uses.used(key.name());
            evictor.changed(moreBytes);
        }
    }

    /** Whether the use of objects is noted. */
    boolean isOn() {
        return uses != null;
    }

    /** An object gets another name, which is a use of it. */
    void renamed(String name) {
        if (uses != null) {
            uses.used(name);
        }
    }

    /** An object has been removed. */
    void removed(long bytes) {
        if (uses != null) {
            evictor.changed(-bytes);
        }
    }

    /**
     * The response to a PUT that there is no room for.
     *
     * @param bytes those that it has or would have, as far as is known
     */
    Response noRoom(long bytes) {
        boolean later = uses != null && evictor.makesRoom() && bytes <= quotaBytes;
        if (later) {
            evictor.makeRoom();
        }
        return later ? Responses.NO_ROOM_YET : Responses.NO_ROOM;
    }

    /** What has left so far; null if nothing ever does. */
    EvictionStats stats() {
        return evictor == null ? null : evictor.stats();
    }

    @Override
    public void close() {
        if (evictor != null) {
            evictor.close();
        }
    }
}
