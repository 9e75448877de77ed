package io.millrace.app.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JVM can keep from one run for the next: JDK 25 and later an AOT cache, with classes that
 * are loaded and linked (JEP 483 and 514); earlier ones an archive of classes (JEP 350).
 *
 * <p>Threads: any.
 */
enum CacheKind {

    AOT("an AOT cache", ".aot"), CDS("an archive of classes", ".jsa");

    private static final int FIRST_WITH_AOT = 25;

    /** Options that would have a JVM use or make a cache, or talk of it. */
    private static final List<String> OF_CACHES = List.of("-XX:AOT", "-XX:+AOT", "-XX:-AOT",
            "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit", "-XX:+AutoCreateSharedArchive",
            "-Xshare", "-Xlog");

    /**
     * With them a GET was twice as dear for as long as was measured (decision 487). They aren't
     * recorded, so that a start needs none of these options, by which it would also accept all
     * that its user has misspelt.
     */
    private static final List<String> WITHOUT_PROFILES = List.of(
            "-XX:+UnlockDiagnosticVMOptions", "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:-AOTRecordTraining");

    private final String text;
    private final String ending;

    CacheKind(String text, String ending) {
        this.text = text;
        this.ending = ending;
    }

    /** The kind that a JDK has. */
    static CacheKind of(int release) {
        return release >= FIRST_WITH_AOT ? AOT : CDS;
    }

    /** What it is, for people. */
    String text() {
        return text;
    }

    /** How the names of such files end. */
    String ending() {
        return ending;
    }

    /** The options of a JVM that makes one at its end, as silently as it can. */
    List<String> toMake(Path cache) {
        List<String> options = new ArrayList<>();
        if (this == AOT) {
            options.add("-XX:AOTCacheOutput=" + cache);
            options.addAll(WITHOUT_PROFILES);
        } else {
            options.add("-XX:ArchiveClassesAtExit=" + cache);
        }
        options.add("-Xlog:disable");
        return options;
    }

    /** What JDK 25 writes beside a cache before it, and leaves there if it is killed. */
    static Path draftOf(Path cache) {
        return cache.resolveSibling(cache.getFileName() + ".config");
    }

    /**
     * The options of a JVM that uses one. A JVM that can't, as its other options don't fit, starts
     * as if it hadn't been told of it, and says nothing.
     */
    List<String> toUse(Path cache) {
        // Only these tags are named: which others there are depends on the JVM.
        return List.of((this == AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache,
                "-Xlog:disable", "-Xlog:gc*=warning,os*=warning,codecache*=warning");
    }

    /**
     * The options of a JVM that have to be the same when a cache is made and when it is used, such
     * as the one for the collector.
     *
     * @param words the arguments of that JVM
     */
    static List<String> toKeep(List<String> words) {
        List<String> kept = new ArrayList<>();
        for (String word : words) {
            if (word.equals("-jar")) {
                break;
            }
            if (word.startsWith("-X") && OF_CACHES.stream().noneMatch(word::startsWith)) {
                kept.add(word);
            }
        }
        return kept;
    }
}
