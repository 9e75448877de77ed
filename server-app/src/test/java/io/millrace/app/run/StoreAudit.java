package io.millrace.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compares what a store holds, as files and over HTTP, with what its clients were told.
 *
 * <p>Threads: any, if what hears of faults is.
 */
final class StoreAudit {

    private static final String STAGING = ".millrace.parts";

    private final Path data;
    private final Map<String, KeyHistory> histories;
    private final Consumer<String> faults;

    /**
     * Of one store.
     *
     * @param data the store's folder
     * @param histories of all keys
     * @param faults hears what is wrong
     */
    StoreAudit(Path data, Map<String, KeyHistory> histories, Consumer<String> faults) {
        this.data = data;
        this.histories = histories;
        this.faults = faults;
    }

    /** The version of a key, of which file and object have to be the same, at one moment. */
    long compare(StoreClient connection, String key, long moment) throws IOException {
        long version = judge(key, read(connection, key), moment, moment, "the file");
        long served = judge(key, connection.get(key), moment, moment, "the object");
        if (served != version) {
            faults.accept(key + " is " + version + " as a file and served as " + served);
        }
        return version;
    }

    private StoreClient.Got read(StoreClient connection, String key) throws IOException {
        Path file = data.resolve(key);
        if (!Files.exists(file)) {
            return new StoreClient.Got(404, null, null, null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return connection.check(key, in, Files.size(file));
        }
    }

    /** The version that was seen between two moments; a fault if it can't be. */
    long judge(String key, StoreClient.Got got, long from, long to, String what) {
        if (got.status() != 200 && got.status() != 404) {
            faults.accept(what + " of " + key + " was answered with " + got.status());
            return KeyHistory.NOTHING;
        }
        if (got.fault() != null) {
            faults.accept(what + " of " + key + " " + got.fault());
        }
        long version = got.body() == null ? KeyHistory.NOTHING : got.body().version();
        if (!histories.get(key).allows(version, from, to)) {
            faults.accept(what + " of " + key + " has version " + version + ", which can't be");
        }
        return version;
    }

    /** Where the store keeps what is not whole yet; made if it is missing. */
    Path stagingFolder() throws IOException {
        return Files.createDirectories(data.resolve(STAGING));
    }

    /** How many files are there. */
    long stagingFiles() throws IOException {
        try (Stream<Path> files = Files.list(stagingFolder())) {
            return files.count();
        }
    }
}
