package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bucket for a run: the one that this process's environment names ({@code BUCKET_URL}, {@code
 * AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_REGION}), as the scripts in {@code
 * server-app/src/engine} do for their command, or else one of a {@link MemoryEngine} that the run
 * starts and ends.
 *
 * <p>Threads: one at a time.
 */
final class BucketPlace implements AutoCloseable {

    /** By its name, as a run doesn't have the server's classes. */
    private static final String ENGINE = "io.millrace.app.run.MemoryEngine";

    private final String url;
    /** Null if the bucket was given. */
    private final JarProcess engine;

    private BucketPlace(String url, JarProcess engine) {
        this.url = url;
        this.engine = engine;
    }

    /** @param keptBytes how long a body may be so that an engine in memory keeps its bytes */
    static BucketPlace of(Path folder, int keptBytes) throws IOException {
        String url = System.getenv("BUCKET_URL");
        return url == null ? inMemory(folder, 0, keptBytes) : new BucketPlace(url, null);
    }

    /**
     * Starts an engine.
     *
     * @param bytesPerSecond of each body that is put; 0 for all that comes
     * @param keptBytes how long a body may be so that its bytes are kept
     */
    static BucketPlace inMemory(Path folder, long bytesPerSecond, int keptBytes)
            throws IOException {
        JarProcess engine = JarProcess.startMain(folder, ENGINE, "" + bytesPerSecond,
                "" + keptBytes);
        return new BucketPlace(engine.awaitUrl(), engine);
    }

    String url() {
        return url;
    }

    /** What signs requests to it; null if it wants no signature. */
    EngineKeys keys() {
        return engine == null ? EngineKeys.ofEnvironment() : null;
    }

    /** What it is, for a report. */
    String name() {
        return engine == null ? url : "an engine in memory";
    }

    /** Starts a node over this bucket. */
    JarProcess startNode(Path folder, List<String> jvmFlags, String... args) throws IOException {
        return startNode(url, folder, jvmFlags, args);
    }

    /** Starts a node over this bucket at another URL, such as that of a relay before it. */
    JarProcess startNode(String url, Path folder, List<String> jvmFlags, String... args)
            throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        if (engine != null) {
            environment.put("AWS_ACCESS_KEY_ID", "a-run");
            environment.put("AWS_SECRET_ACCESS_KEY", "a-secret-that-opens-nothing");
        }
        List<String> all = new ArrayList<>(List.of("--bucket", url));
        if (engine == null && System.getenv("AWS_REGION") != null) {
            all.addAll(List.of("--bucket-region", System.getenv("AWS_REGION")));
        }
        List<String> jvm = new ArrayList<>(jvmFlags);
        if (System.getenv("BUCKET_TRUST") != null) {
            jvm.add("-Djavax.net.ssl.trustStore=" + System.getenv("BUCKET_TRUST"));
            jvm.add("-Djavax.net.ssl.trustStorePassword=changeit");
        }
        if (System.getenv("BUCKET_HOSTS") != null) {
            jvm.add("-Djdk.net.hosts.file=" + System.getenv("BUCKET_HOSTS"));
            all.add("--bucket-host-style");
        }
        all.addAll(List.of(args));
        return JarProcess.startWith(folder, environment, jvm, all.toArray(new String[0]));
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
