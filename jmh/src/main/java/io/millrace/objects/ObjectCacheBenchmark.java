package io.millrace.objects;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.meta.ObjectMeta;
import io.millrace.store.StoreOptions;
import io.millrace.tree.Version;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to find an object in the cache, and to find that it isn't there?
 *
 * <p>An operation is what a GET asks of the cache before response or file: the look-up; for a
 * hit, whether the file has to be looked at; for a miss, whether the object is worth keeping. Names
 * come in no order, and their hashes are known.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ObjectCacheBenchmark {

    private static final long MAX_BYTES = StoreOptions.defaults().cacheBytes();
    private static final long WINDOW_NS = TimeUnit.HOURS.toNanos(1);
    private static final int OBJECT_BYTES = 1024;

    /** A few, which a processor has at hand, and nearly as many as fit by default. */
    @Param({"16", "15000"})
    public int objects;

    private final ObjectCache cache = new ObjectCache(MAX_BYTES,
            StoreOptions.defaults().cachedObjectBytes(), WINDOW_NS, System::nanoTime);
    private String[] present;
    private String[] absent;
    private int next;

    @Setup
    public void fill() {
        Version version = new Version(OBJECT_BYTES, 0, 0, true);
        Response response = Response.of(Status.OK)
                .with("Accept-Ranges", "bytes").with("X-Content-Type-Options", "nosniff")
                .with(Body.of(new byte[OBJECT_BYTES]));
        present = names("object-");
        absent = names("nothing-");
        for (String name : present) {
            // As a request has it, the name is equal to the cache's, but another.
            cache.keep(new CachedObject(new String(name), version,
                    ObjectMeta.NONE, response, 0, cache.nowNs(), 0));
        }
        for (String name : present) {
            if (cache.find(name) == null) {
                throw new IllegalStateException("not all objects fit");
            }
        }
    }

    private String[] names(String prefix) {
        String[] names = new String[objects];
        for (int i = 0; i < objects; i++) {
            names[i] = prefix + i;
        }
        Collections.shuffle(Arrays.asList(names), new Random(1));
        return names;
    }

    private String nextOf(String[] names) {
        next = next + 1 < names.length ? next + 1 : 0;
        return names[next];
    }

    @Benchmark
    public CachedObject hit() {
        CachedObject object = cache.find(nextOf(present));
        if (object == null || cache.isCheckDue(object, cache.nowNs())) {
            throw new IllegalStateException("not a hit");
        }
        return object;
    }

    @Benchmark
    public boolean miss() {
        String name = nextOf(absent);
        if (cache.find(name) != null) {
            throw new IllegalStateException("not a miss");
        }
        return cache.miss(name);
    }
}
