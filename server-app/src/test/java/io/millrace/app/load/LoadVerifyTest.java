package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.server.HttpServer;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load command against a store, whose files show what arrived. */
class LoadVerifyTest {

    @TempDir
    private Path folder;

    private FolderStore store;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        store = FolderStore.open(folder);
        server = HttpServer.start(0, store);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        store.close();
    }

    private MainRun load(String name, String... flags) {
        List<String> args = new ArrayList<>(List.of("load",
                "http://127.0.0.1:" + server.address().getPort() + name, "--connections", "2"));
        args.addAll(List.of(flags));
        return MainRun.of(args.toArray(String[]::new));
    }

    private static void assertSuccess(MainRun run) {
        assertEquals(0, run.exitCode(), run.out() + run.err());
    }

    private void put(String... flags) {
        assertSuccess(load("/a", flags));
    }

    @Test
    void bodiesThatComeBackAreThoseThatWerePut() {
        String[] keys = {"--keys", "20", "--requests", "20", "--size", "1..70KB"};
        put(keys);
        List<String> get = new ArrayList<>(List.of("--method", "GET", "--verify"));
        get.addAll(List.of(keys));
        assertSuccess(load("/a", get.toArray(String[]::new)));
    }

    @Test
    void bodyOfSeveralPeriodsIsCompared() throws Exception {
        put("--requests", "1", "--size", "5MB");
        assertSuccess(load("/a", "--method", "GET", "--verify", "--requests", "1"));
        Path file = folder.resolve("a-0");
        byte[] bytes = Files.readAllBytes(file);
        bytes[4_500_000]++;
        Files.write(file, bytes);
        MainRun run = load("/a", "--method", "GET", "--verify", "--requests", "1");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("errors      wrong body: 1\n"), run.out());
        assertTrue(run.out().contains("first       GET /a-0: byte 4500000 differs\n"), run.out());
    }

    @Test
    void bodyOfAnotherKeyIsWrong() throws Exception {
        put("--keys", "2", "--requests", "2", "--size", "1KB");
        Files.copy(folder.resolve("a-1"), folder.resolve("b-0"));
        assertTrue(load("/b", "--keys", "1", "--requests", "1", "--method", "GET", "--verify")
                .out().contains("wrong body: 1"));
    }

    @Test
    void bodyOfAnotherSeedIsWrong() {
        put("--requests", "1", "--size", "1KB", "--seed", "7");
        String[] get = {"--requests", "1", "--method", "GET", "--verify", "--seed", "8"};
        assertTrue(load("/a", get).out().contains("wrong body: 1"));
        get[6] = "7";
        assertSuccess(load("/a", get));
    }

    @Test
    void bodyThatIsShorterThanAskedForIsWrong() throws Exception {
        put("--requests", "1", "--size", "1KB");
        assertTrue(load("/a", "--requests", "1", "--method", "GET", "--verify", "--size", "1001")
                .out().contains("first       GET /a-0: 1000 bytes, not 1001\n"));
    }

    @Test
    void headHasNoBodyAndDeleteLeavesNothing() {
        put("--requests", "2", "--size", "1KB", "--keys", "2");
        assertSuccess(load("/a", "--requests", "2", "--keys", "2", "--method", "HEAD"));
        assertSuccess(load("/a", "--requests", "2", "--keys", "2", "--method", "DELETE"));
        MainRun gone = load("/a", "--requests", "2", "--keys", "2", "--method", "DELETE");
        assertEquals(1, gone.exitCode());
        assertTrue(gone.out().contains("responses   404: 2\n"), gone.out());
    }

    @Test
    void statusThatIsAcceptedIsNoFailure() {
        assertSuccess(load("/none", "--method", "DELETE", "--requests", "2", "--accept", "404"));
    }

    @Test
    void mixOfMethodsAndSizesIsReportedByKind() throws Exception {
        put("--keys", "50", "--requests", "50", "--size", "1KB..50KB");
        Path mix = Files.writeString(folder.resolveSibling("mix.txt"), """
                # a comment
                70 GET    path=/a keys=50 size=1KB..50KB
                20 PUT    path=/a keys=50 size=1KB..50KB

                10 DELETE path=/b keys=5 accept=404
                """);
        MainRun run = load("/", "--mix", mix.toString(), "--requests", "1000", "--verify");
        assertSuccess(run);
        assertTrue(run.out().startsWith("1,000 x a mix of 3, "), run.out());
        assertTrue(run.out().matches("(?s).*  GET /a x 50\n +[67][0-9]{2}  p50.*"), run.out());
        assertTrue(run.out().contains("  PUT /a x 50 of 1KB..50KB\n"), run.out());
        String json = load("/", "--mix", mix.toString(), "--requests", "10", "--json").out();
        assertTrue(json.contains("\"mix\":[{\"name\":\"GET /a x 50\",\"done\":"), json);
        Files.delete(mix);
    }

    @Test
    void failuresOfAMixAreCountedByKind() throws Exception {
        Path mix = Files.writeString(folder.resolve("mix"),
                "1 GET path=/none keys=5\n1 DELETE path=/none keys=5 accept=404\n");
        String json = load("/", "--mix", mix.toString(), "--requests", "50", "--json").out();
        assertTrue(json.matches("(?s).*\"name\":\"GET /none x 5\",\"done\":([0-9]+),"
                + "\"failed\":\\1,.*\"name\":\"DELETE /none x 5\",\"done\":[0-9]+,"
                + "\"failed\":0,.*"), json);
    }

    @Test
    void warmupIsNotCounted() {
        long beginNs = System.nanoTime();
        MainRun run = load("/a", "--size", "1", "--warmup", "200ms", "--requests", "5", "--json");
        assertSuccess(run);
        assertTrue(run.out().contains("\"done\":5,"), run.out());
        assertTrue(System.nanoTime() - beginNs >= Duration.ofMillis(200).toNanos());
    }

    @Test
    void warmupHasTheRateOfTheRun() {
        assertSuccess(load("/a", "--size", "1", "--warmup", "300ms", "--rate", "10", "--keys",
                "1000000", "--requests", "1"));
        // Three of the warm-up and the one, each with a key of its own.
        assertTrue(folder.toFile().list().length < 10, Arrays.toString(folder.toFile().list()));
    }

    @Test
    void resultsAreWrittenToFiles() throws Exception {
        Path results = Files.createDirectory(folder.resolve("results"));
        MainRun run = load("/a", "--size", "1KB", "--requests", "200", "--rate", "2000", "--plot",
                "--svg", results.resolve("a.svg").toString(),
                "--hgrm", results.resolve("a.hgrm").toString(),
                "--csv", results.resolve("a.csv").toString());
        assertSuccess(run);
        assertTrue(run.out().contains("service     p50 "), run.out());
        assertTrue(run.out().contains("  over time, a column is "), run.out());
        assertTrue(Files.readString(results.resolve("a.svg")).endsWith("</svg>\n"));
        assertTrue(Files.readString(results.resolve("a.hgrm")).contains("Total count    =          "
                + "200]"));
        assertTrue(Files.readString(results.resolve("a.csv")).startsWith("from_s,"));
    }

    @Test
    void resultThatCannotBeWrittenIsToldBeforeTheRun() {
        MainRun run = load("/a", "--size", "1", "--requests", "1", "--svg", folder + "/none/a.svg");
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("millrace: can't write " + folder + "/none/a.svg: "),
                run.err());
    }
}
