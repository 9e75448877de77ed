package io.millrace.objects;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Version;
import java.util.concurrent.TimeUnit;

/**
 * A version of a small object that is in memory, and the response to a GET of all of it.
 *
 * <p>Threads: any; the fields that the cache keeps its order with are guarded by the cache.
 */
public final class CachedObject implements Content {

    /**
     * What an object takes beside its bytes and its name: response, fields and their encoded
     * form, places in the map and in the cache's order. Measured as some 800.
     */
    static final int OVERHEAD_BYTES = 1024;

    /**
     * A file that was changed less than this before it was read may change again without getting
     * another time: file systems keep times in steps of up to 2 s.
     */
    private static final long SETTLING_MS = 3000; // decision 41

    private static final long USE_NS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Version version;
    private final ObjectMeta meta;
    private final Response response;
    private final boolean settled;
    private final boolean sure;
    /** When the file was looked at last. Any thread that has looked sets it. */
    private volatile long checkedNs;

    /**
     * Whether it was asked for since the cache looked for room. Neither volatile nor guarded: a
     * mark that gets lost makes an object leave somewhat early.
     */
    private boolean used;
    /** When a use was noted last, by the cache's clock. As {@link #used}: two notes do no harm. */
    private long noteNs;
    /** Its neighbours in the cache's order; itself before it has some. Guarded by the cache. */
    CachedObject before = this;
    CachedObject after = this;

    /**
     * An object that was just read.
     *
     * @param meta what is kept beside it
     * @param response the response to a GET of all of it, whose body is in memory
     * @param readMs when its file was looked at and not read yet, in milliseconds since 1970
     * @param checkedNs the same by the cache's clock
     * @param changedNs when anything about its file was changed, in nanoseconds since 1970
     */
    public CachedObject(String name, Version version, ObjectMeta meta, Response response,
            long readMs, long checkedNs, long changedNs) {
        this.name = name;
        this.version = version;
        this.meta = meta;
        this.response = response;
        this.checkedNs = checkedNs;
        this.noteNs = checkedNs - USE_NS;
        long changedMs = TimeUnit.NANOSECONDS.toMillis(version.modifiedNs());
        // A program that puts files in each other's place sets no time of theirs but this one.
        this.sure = FileAccess.isPast(changedNs, readMs);
        this.settled = sure && readMs - changedMs > SETTLING_MS;
    }

    public String name() {
        return name;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public ObjectMeta meta() {
        return meta;
    }

    /** The response to a GET of all of it: always the same one. */
    public Response response() {
        return response;
    }

    /** Whether these are surely the bytes of the version. */
    public boolean isSure() {
        return sure;
    }

    /** Whether every later change of the file shows in its attributes. */
    public boolean isSettled() {
        return settled;
    }

    public long checkedNs() {
        return checkedNs;
    }

    /** The file was looked at, and still is this version. */
    public void checked(long nowNs) {
        checkedNs = nowNs;
    }

    /** Marks it as asked for. */
    public void use() {
        if (!used) { // most find the mark there, and leave the line to other processors
            used = true;
        }
    }

    /** Whether a use is to be noted for eviction, which is enough once a second. */
    public boolean isUseDue(long nowNs) {
        boolean due = nowNs - noteNs >= USE_NS;
        if (due) {
            noteNs = nowNs;
        }
        return due;
    }

    /** Whether it was asked for since the last such question. */
    public boolean takeUse() {
        boolean was = used;
        used = false;
        return was;
    }

    /** What it takes of the cache's room. */
    public long costBytes() {
        return OVERHEAD_BYTES + 2L * (name.length() + meta.fields().length())
                + response.body().length();
    }

    @Override
    public Body body() {
        return response.body();
    }

    /** There is nothing to close. */
    @Override
    public void close() {
    }
}
