package io.millrace.app.run;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two nodes over one bucket of a real engine: two clients race for one key through both, and then
 * each operation is tried, through the one and then the other. What the nodes' probe has found the
 * engine to hold must hold in each race, and what it has found it not to hold must be answered 501.
 *
 * <p>A command of its own, run in {@code server-app/target} by a script of {@code
 * server-app/src/engine}: {@code ../src/engine/s3proxy java -Dmillrace.jar=millrace.jar -cp
 * test-classes:classes io.millrace.app.run.EngineRun}, then {@code [races of each kind]}. Without
 * such a script it is over a {@link MemoryEngine}. It exits with 1 if anything is wrong.
 *
 * <p>Threads: one at a time, beside those of its clients.
 */
final class EngineRun {

    private static final int RACES = 200;
    /** Bodies of races by multipart are long. */
    private static final int RACES_PER_LONG_ONE = 20;
    private static final int KEPT_BYTES = 64 << 20;

    private EngineRun() {
    }

    public static void main(String[] args) throws Exception {
        int races = args.length > 0 ? Integer.parseInt(args[0]) : RACES;
        Path folder = Files.createTempDirectory("millrace-engine-run");
        List<JarProcess> nodes = new ArrayList<>();
        boolean right = false;
        try (BucketPlace place = BucketPlace.of(folder, KEPT_BYTES)) {
            try {
                List<URI> urls = new ArrayList<>();
                String engine = "";
                for (int i = 0; i < 2; i++) {
                    // Without a cache: what one has stored, the other shows at once.
                    JarProcess node = place.startNode(folder, List.of("-Xmx256m"), "--port", "0",
                            "--address", "127.0.0.1", "--cache", "0");
                    nodes.add(node);
                    engine = node.await("conditional writes: ");
                    urls.add(URI.create(node.awaitUrl() + '/'));
                }
                System.out.println("two nodes over " + place.name() + "\n" + engine.strip());
                right = run(new EngineClient(urls), engine, races);
            } finally {
                for (JarProcess node : nodes) {
                    node.close();
                    System.out.print(node.err());
                }
            }
        }
        RunFolder.end(folder, "", right ? List.of() : List.of("not all is well"));
    }

    private static boolean run(EngineClient client, String engine, int races) throws Exception {
        EngineReport report = new EngineReport();
        boolean create = engine.contains("create held");
        boolean replace = engine.contains("replace held");
        boolean parts = engine.contains("multipart held");
        boolean delete = engine.contains("delete held");
        try (EngineRaces race = new EngineRaces(client)) {
            report.check("race: create", () -> race.creates(races, create));
            report.check("race: replace", () -> race.replaces(races, replace));
            report.check("race: delete and replace", () -> race.deletes(races, delete, replace));
            report.check("race: create in several parts", () -> race.completes(
                    Math.max(1, races / RACES_PER_LONG_ONE), parts));
            report.check("race: plain PUTs", () -> race.overwrites(races));
        }
        new EngineOperations(client, replace).all(report);
        return report.end();
    }
}
