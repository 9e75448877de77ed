package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules of docs/contributing.md that a program can check, over the sources of all modules. A
 * rule is in {@link HouseRules}; what it needs to know of this code is here; and each finds a
 * breach that is planted.
 */
class HouseRulesTest {

    private static final Path ROOT = Path.of("..");

    /** Who may import whom: downward along these chains, any number of steps. */
    private static final List<String> ORDER = List.of(
            "app > app.serve > server > transfer > codec > http",
            "app.serve > accesslog > server",
            "app.serve > metrics > server",
            "metrics > store",
            "metrics > bucket",
            "metrics > accesslog",
            "app.serve > route > http",
            "coding > route",
            "coding > content",
            "site > content",
            "form > http",
            "app.serve > store > space > tree > content > http",
            "tree > file > log",
            "meta > file",
            "store > archive > listing > tree",
            "store > objects > meta > content",
            "objects > tree",
            "listing > page > access",
            "store > digest > objects",
            "digest > work > http",
            "listing > work",
            "resume > work",
            "event > http",
            "store > access > http",
            "store > evict > log",
            "app > app.serve > resume > content",
            "resume > upload > http",
            "resume > log",
            "store > upload",
            "app.serve > bucket > s3 > http",
            "bucket > listing",
            "bucket > option",
            "bucket > bucket.uploads > bucket.write > bucket.engine > bucket.cache > s3",
            "bucket.uploads > access",
            "bucket.uploads > upload",
            "bucket.write > digest",
            "bucket.cache > meta",
            "bucket.cache > tree",
            "s3 > log",
            "app > app.load > app.load.wire > app.cli",
            "app.load > app.load.stats > app.cli",
            "app.serve > app.admin > app.cli",
            "app.serve > app.page > form",
            "app.page > store",
            "app.page > page",
            "app.page > route",
            "app.serve > app.token > app.log",
            "app.token > app.cli",
            "app.token > access",
            "app.serve > app.process",
            "app > app.verify > app.cli",
            "app > app.train > app.cli",
            "app.verify > store",
            "app.admin > resume",
            "app.admin > metrics",
            "app.admin > route",
            "transfer > net > log",
            "server > layer > transfer",
            "server > tls > net",
            "server > jfr",
            "tls > log",
            "s3 > work",
            "http > log",
            "http > json",
            "listing > json",
            "net > option",
            "server > option",
            "bucket > tree",
            "store > option");

    /** Where threads may meet; everything else belongs to one thread, or never changes. */
    private static final Map<String, String> SHARING = Map.ofEntries(
            Map.entry("Acceptor", "figures that any thread reads; the stop flag"),
            Map.entry("PeerLimit", "the acceptor and all workers count in it"),
            Map.entry("PlaceWish", "the acceptor wants a place that a worker makes"),
            Map.entry("StallWatch", "the acceptor looks at what each worker calls"),
            Map.entry("OffloadedHandler", "the worker takes back what a thread begins"),
            Map.entry("Worker", "other threads set the stop; figures"),
            Map.entry("Deadlines", "other threads say when a worker ends"),
            Map.entry("ApplicationCalls", "applications' threads ask for what a worker does"),
            Map.entry("RequestNotes", "applications' threads note what a listener reads"),
            Map.entry("Completions", "applications' threads hand results to a worker"),
            Map.entry("SafeLog", "all threads share the loggers"),
            Map.entry("LogQueue", "all threads hand lines to the one that writes"),
            Map.entry("Counters", "one writer, any reader"),
            Map.entry("EntryQueue", "all workers hand entries to the thread that writes"),
            Map.entry("LogWriter", "figures that any thread reads"),
            Map.entry("FileTarget", "any thread opens the file that the next lines go to"),
            Map.entry("SideThread", "a worker hands steps of handshakes to its thread"),
            Map.entry("HandshakeTask", "another thread does it, and the worker sees when"),
            Map.entry("SpscQueue", "the acceptor hands connections to a worker"),
            Map.entry("Blocking", "numbers the threads of a pool, which are started by any"),
            Map.entry("Pipe", "a thread that blocks meets a worker that doesn't"),
            Map.entry("PipedBody", "the same, and who gets the stream is settled once"),
            Map.entry("Deflaters", "all workers take compressors from it"),
            Map.entry("PublishedBody", "a publisher's thread meets a worker"),
            Map.entry("EventStream", "any thread sends events, and a worker takes them"),
            Map.entry("EventBroadcast", "any thread sends events, workers bring and take streams"),
            Map.entry("PublishingExchange", "a subscriber's thread meets a worker"),
            Map.entry("AccessControl", "all workers use it; another thread replaces its rules"),
            Map.entry("Delays", "all workers and a timer count those that wait"),
            Map.entry("HealthHandler", "workers ask, and a thread of its own checks"),
            Map.entry("FolderStore", "all workers share a store: open or closed"),
            Map.entry("FolderLock", "all stores of this process; parks between looks"),
            Map.entry("Changes", "all workers count theirs; the last one hands the folder over"),
            Map.entry("Handover", "parks between two tries to listen; shares nothing"),
            Map.entry("Takeover", "a thread that waits for another process, and its stop flag"),
            Map.entry("BucketStore", "all workers share a store: open or closed"),
            Map.entry("EngineState", "what a probe finds is for all workers"),
            Map.entry("BucketKeys", "a timer reads them again, all requests are signed by them"),
            Map.entry("BucketOpening", "a check that has reached the engine lets it be probed"),
            Map.entry("BucketCheck", "any thread asks, and one looks"),
            Map.entry("S3Counters", "all threads count in it"),
            Map.entry("PartSink", "a worker writes, the engine's client takes parts"),
            Map.entry("UploadParts", "the engine's client brings parts, a request ends them"),
            Map.entry("UploadSession", "any thread says that its bytes don't count"),
            Map.entry("UploadList", "one thread at a time lists all uploads"),
            Map.entry("BucketUpload", "a worker asks what a thread of the uploads has opened"),
            Map.entry("Quota", "all workers count their staging files"),
            Map.entry("Turns", "all workers take turns at uploads"),
            Map.entry("UploadMemory", "all workers count what is known of uploads"),
            Map.entry("UploadSizes", "all workers count the bytes of uploads"),
            Map.entry("HeldRequests", "any thread holds one; one thread lets all go on"),
            Map.entry("Promise", "settled once: by the work for it, or by who takes it back"),
            Map.entry("DaemonPool", "any thread hands tasks to it; numbers its threads"),
            Map.entry("KeyLock", "orders the changes of one key"),
            Map.entry("ObjectCache", "all workers share it"),
            Map.entry("CachedObject", "when it was last compared with its file"),
            Map.entry("DigestCache", "all workers share it"),
            Map.entry("Usage", "all workers count in it, and so does a recount"),
            Map.entry("Recount", "a thread that counts, and workers that can't wait for it"),
            Map.entry("StagingFolder", "all workers take names from it"),
            Map.entry("UploadFolder", "whether its name is forced, for all that wait for that"),
            Map.entry("KeptUploads", "all workers find uploads there; open or closed"),
            Map.entry("KeptRecord", "workers read it, and its changes are in order"),
            Map.entry("UploadUse", "one use of an upload at a time, whoever comes"),
            Map.entry("CallMemory", "memory of a thread's own for its calls, not shared"),
            Map.entry("LateFileCalls", "looked for once, for all workers"),
            Map.entry("OpenFolders", "all workers use the folders that are open"),
            Map.entry("OpenFolder", "whether its name is forced, for all that wait for that"),
            Map.entry("FolderCheck", "any thread checks; another one closes the store"),
            Map.entry("FolderForce", "one force serves all that wait for it"),
            Map.entry("BucketBuffers", "all workers take room in it"),
            Map.entry("BucketWrites", "all workers see what one has learned of the engine"),
            Map.entry("EngineChange", "who cancels a request meets who repeats it"),
            Map.entry("MultipartUpload", "who gives an upload up meets those that send its parts"),
            Map.entry("PartedPut", "a worker meets the threads of the engine's client"),
            Map.entry("MultipartPut", "how both of these end: a worker, and who answers for parts"),
            Map.entry("StreamedPartsPut", "a worker meets the threads of the engine's client"),
            Map.entry("BodyRelay", "a worker meets the threads of the engine's client"),
            Map.entry("DigestWishes", "all workers wish, two threads compute"),
            Map.entry("Leftovers", "all workers leave files there, and a timer removes them"),
            Map.entry("FaultLog", "all workers log there, a line a second together"),
            Map.entry("BucketCache", "all workers and the engine's client share it"),
            Map.entry("SharedReads", "all workers join reads, the engine's client ends them"),
            Map.entry("EngineAsk", "a worker ends what the engine's client brings"),
            Map.entry("EngineBody", "the engine's client brings bytes to a worker"),
            Map.entry("SiteCache", "all workers share it"),
            Map.entry("BucketTimer", "a close cancels the pauses that any thread waits for"),
            Map.entry("BucketListing", "a worker asks, the engine's client brings pages"),
            Map.entry("Listings", "open or closed; a client that leaves"),
            Map.entry("Archives", "open or closed; a client that leaves; how many are under way"),
            Map.entry("ListingMemory", "all listings share it"),
            Map.entry("PieceStream", "a worker asks, the threads of the listings write"),
            Map.entry("FileAccess", "how files are read is found out once for all workers"),
            Map.entry("StoreExecutor", "until when no thread can be had, for all workers"),
            Map.entry("UseTable", "all workers note when objects are used"),
            Map.entry("Uses", "all workers note uses while a pass drops others"),
            Map.entry("Evictor", "figures that any thread reads; the wish for room; the stop flag"),
            Map.entry("EvictionPass", "changes of any thread add to the bytes that it counts"),
            Map.entry("LateDigests", "two threads bring digests, and a timer writes them"),
            Map.entry("Scrub", "any thread stops it"),
            Map.entry("Tls", "all workers make engines; another thread reloads"),
            Map.entry("Pace", "parks to keep it; shares nothing"),
            Map.entry("MetaStore", "how metadata is kept is found out once for all workers"),
            Map.entry("Sidecars", "whether there are any, for all workers"),
            Map.entry("LatePreallocation", "looked for once, by whoever comes first"),
            Map.entry("LinuxPreallocation", "a refusal by the system holds for all workers"),
            Map.entry("SystemCalls", "a VarHandle into the memory of one call, not shared"),
            Map.entry("LastResort", "its thread waits for the stop to begin"),
            Map.entry("Lines", "any thread hands lines to the one that prints"),
            Map.entry("VerifyCommand", "a signal's thread waits for the report"),
            Map.entry("LoadCommand", "a signal's thread waits for the report"),
            Map.entry("TrainCommand", "a signal's thread waits until the files are gone"),
            Map.entry("Reloads", "a signal's thread asks the main thread"),
            Map.entry("AdminHandler", "scrapes wait for the thread that makes them"),
            Map.entry("LoadRun", "the clients begin together, and any thread stops them"),
            Map.entry("LoadPhase", "the clients share one count of requests"),
            Map.entry("LoadClock", "parks until a request is due; shares nothing"),
            Map.entry("Timeline", "the clients count into one"),
            Map.entry("LoadClient", "the run ends it"),
            Map.entry("LoadConnection", "the run cuts it"),
            Map.entry("ClientProgress", "one writer, any reader"),
            Map.entry("ConsoleLog", "all loggers share a level and a format, which may change"),
            Map.entry("SecondSignal", "parks between two looks; shares nothing"),
            Map.entry("Recordings", "parks between two looks; shares nothing"),
            Map.entry("S3Client", "any thread sends requests, which are counted"),
            Map.entry("S3Call", "any thread cancels it; the HTTP client's threads go on with it"),
            Map.entry("Attempt", "the HTTP client's threads, a publisher's and the watch"),
            Map.entry("Transport", "all requests share it: open or closed, where, watched"),
            Map.entry("RequestSigner", "all requests share the key of the day"),
            Map.entry("OutgoingPayload", "a publisher's thread meets the HTTP client's"),
            Map.entry("SignedChunks", "a publisher's thread meets the HTTP client's"),
            Map.entry("Pieces", "asked from within and from other threads"),
            Map.entry("StreamedBody", "the HTTP client's thread meets a subscriber's"),
            Map.entry("Xml", "the JDK's factory is for one thread at a time"),
            // Of jmh: what is measured is how threads meet.
            Map.entry("HandoffBenchmark", "measures the handoff"),
            Map.entry("QueueMailbox", "the JDK's queues, beside ours"),
            Map.entry("SpscQueueBenchmark", "the JDK's queues, beside ours"),
            Map.entry("WakeupMailbox", "the article's draft with a mutex and a wakeup"),
            Map.entry("ConditionMailbox", "the article's draft with a condition"),
            Map.entry("Reactor", "is stopped by another thread"),
            Map.entry("Clients", "parks to keep its pace; shares nothing"));

    /** Who writes log lines to loggers; everything else does so by SafeLog (decision 127). */
    private static final Map<String, String> LOGGING = Map.of(
            "SafeLog", "the log's own thread",
            "HttpServer", "the line that it listens names the caller",
            "Lines", "the program's own thread for lines",
            "ThreadEnd", "the thread that it writes on has ended");

    private static final Map<String, String> SLEEPING = Map.of(
            "SlowClients", "its clients have a pace, which is what it measures");

    private static List<SourceText> sources;
    private static Map<String, String> pages;

    @BeforeAll
    static void readAll() throws IOException {
        sources = new ArrayList<>();
        for (String module : modules()) {
            int before = sources.size();
            for (Path file : files(ROOT.resolve(module).resolve("src"), ".java")) {
                sources.add(new SourceText(fromRoot(file), Files.readString(file)));
            }
            assertTrue(sources.size() > before, "no sources in " + module);
        }
        pages = new TreeMap<>();
        for (Path page : files(ROOT.resolve("docs"), ".md")) {
            pages.put(fromRoot(page), Files.readString(page));
        }
        for (String page : List.of("README.md", "SECURITY.md")) {
            pages.put(page, Files.readString(ROOT.resolve(page)));
        }
    }

    private static List<String> modules() throws IOException {
        Matcher module = Pattern.compile("<module>(.*?)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")));
        List<String> modules = module.results().map(found -> found.group(1)).toList();
        assertTrue(modules.contains("core"), modules.toString());
        return modules;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static String fromRoot(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    /** The names of types, exported packages only. */
    private static Set<String> exported() {
        Set<String> rooms = new TreeSet<>();
        for (SourceText file : sources) {
            if (file.type().equals("module-info")) {
                Matcher exports = Pattern.compile("exports io\\.millrace\\.([a-z0-9.]+);")
                        .matcher(file.code);
                exports.results().forEach(found -> rooms.add(found.group(1)));
            }
        }
        return rooms;
    }

    private static void assertKept(Function<SourceText, List<String>> rule) {
        assertKept(sources.stream().flatMap(file -> rule.apply(file).stream()).toList());
    }

    private static void assertKept(Collection<String> breaches) {
        assertTrue(breaches.isEmpty(), () -> String.join("\n", breaches));
    }

    private static SourceText main(String room, String lines) {
        return new SourceText("core/src/main/java/io/millrace/" + room + "/Planted.java",
                "package io.millrace." + room + ";\n" + lines);
    }

    private static SourceText test(String lines) {
        return new SourceText("core/src/test/java/io/millrace/http/PlantedTest.java",
                "package io.millrace.http;\n" + lines);
    }

    private static void assertBreaches(List<String> expected, List<String> breaches) {
        assertEquals(expected, breaches);
    }

    // The order of packages. Tests and benchmarks introduce any of them to each other, so it is the
    // main sources of core and server-app that keep it.

    private static List<SourceText> ordered() {
        return sources.stream().filter(file -> file.isMain() && !file.path.startsWith("jmh/")
                && !file.path.contains("/org/jspecify/")).toList(); // decision 382
    }

    @Test
    void importsRunDownward() {
        Map<String, Set<String>> below = HouseRules.below(ORDER);
        assertKept(ordered().stream()
                .flatMap(file -> HouseRules.packageOrder(file, below).stream()).toList());
        assertEquals(Set.of(), HouseRules.needless(ordered(), ORDER),
                "take out what has no file");
    }

    @Test
    void importUpwardIsFound() {
        Map<String, Set<String>> below = HouseRules.below(ORDER);
        String up = "core/src/main/java/io/millrace/http/Planted.java:3: http is not above server";
        assertBreaches(List.of(up), HouseRules.packageOrder(
                main("http", "\nimport io.millrace.server.HttpServer;\n"), below));
        assertBreaches(List.of(up), HouseRules.packageOrder(
                main("http", "\nObject o = io.millrace.server.HttpServer.class;\n"), below));
        assertBreaches(List.of(up), HouseRules.packageOrder(
                main("http", "\nimport static io.millrace.server.HttpServer.start;\n"), below));
        assertBreaches(
                List.of("core/src/main/java/io/millrace/route/Planted.java:2: "
                        + "route is not above store"),
                HouseRules.packageOrder(main("route", "import io.millrace.store.*;"), below));
        assertBreaches(List.of(), HouseRules.packageOrder(
                main("http", "/** {@link io.millrace.server.HttpServer} */"), below));
        assertBreaches(List.of(), HouseRules.packageOrder(
                main("server", "import io.millrace.http.Body;"), below));
    }

    @Test
    void packageWithoutPlaceIsFound() {
        assertBreaches(List.of("core/src/main/java/io/millrace/attic/Planted.java:1: "
                + "the package has no place in the order"),
                HouseRules.packageOrder(main("attic", ""), HouseRules.below(ORDER)));
    }

    @Test
    void placeWithoutPackageIsFound() {
        assertEquals(Set.of("attic", "cellar"), HouseRules.needless(
                List.of(main("http", ""), main("store", "")),
                List.of("store > attic > http", "cellar > http")));
    }

    @Test
    void packagesFormNoCircle() {
        assertKept(HouseRules.circles(ordered()));
    }

    @Test
    void circleIsFound() {
        assertBreaches(List.of("packages in a circle: [codec, http, route]"),
                HouseRules.circles(List.of(main("codec", "import io.millrace.http.Body;"),
                        main("http", "import io.millrace.route.Route;"),
                        main("route", "import io.millrace.codec.Framing;"),
                        main("store", "import io.millrace.http.Body;"))));
        assertThrows(IllegalArgumentException.class,
                () -> HouseRules.below(List.of("a > b > c", "c > a")));
    }

    // Sizes.

    @Test
    void linesHaveAtMost100Columns() {
        assertKept(HouseRules::columns);
    }

    @Test
    void lineOf101ColumnsIsFound() {
        assertBreaches(List.of(), HouseRules.columns(test("x".repeat(100))));
        assertBreaches(
                List.of("core/src/test/java/io/millrace/http/PlantedTest.java:2: 101 columns"),
                HouseRules.columns(test("x".repeat(101))));
    }

    @Test
    void filesOfMainHaveAtMost400Lines() {
        assertKept(HouseRules::lines);
    }

    @Test
    void fileOf401LinesIsFound() {
        assertBreaches(List.of(), HouseRules.lines(main("http", "\n".repeat(399))));
        assertBreaches(
                List.of("core/src/main/java/io/millrace/http/Planted.java: 401 lines"),
                HouseRules.lines(main("http", "\n".repeat(400))));
        assertBreaches(List.of(), HouseRules.lines(test("\n".repeat(400))));
    }

    @Test
    void importsAreNeeded() {
        assertKept(HouseRules::needlessImports);
    }

    @Test
    void importWithoutNeedIsFound() {
        assertBreaches(List.of(), HouseRules.needlessImports(main("http", "import a.B;\n"
                + "import static a.C.d;\nimport a.E;\n/** A {@link E}. */\nclass X extends B {\n"
                + "    int x = d();\n}\n")));
        String path = "core/src/main/java/io/millrace/http/Planted.java:";
        assertBreaches(List.of(path + "3: stands twice: import a.B;",
                        path + "4: is not needed: import a.D;",
                        path + "5: is not needed: import static a.C.d;"),
                HouseRules.needlessImports(main("http", "import a.B;\nimport a.B;\nimport a.D;\n"
                        + "import static a.C.d;\nclass X extends B { String s = \"D d\"; }\n")));
    }

    @Test
    void serverHasFewerThan30Files() {
        assertKept(HouseRules.filesOfServer(sources));
    }

    @Test
    void file30OfServerIsFound() {
        List<SourceText> files = new ArrayList<>();
        while (files.size() < 29) {
            files.add(main("server", ""));
        }
        assertBreaches(List.of(), HouseRules.filesOfServer(files));
        files.add(main("server", ""));
        assertBreaches(List.of("server: 30 files"), HouseRules.filesOfServer(files));
    }

    // Threads.

    @Test
    void threadsMeetInNamedFilesOnly() {
        assertKept(file -> HouseRules.sharing(file, SHARING));
        assertEquals(Set.of(), HouseRules.needless(sources, SHARING),
                "take off what needs no reason any more");
    }

    @Test
    void sharingElsewhereIsFound() {
        for (String line : List.of("private volatile int x;", "synchronized void x() { }",
                "VarHandle x;", "AtomicLong x;", "AtomicReferenceArray<String> x;", "LongAdder x;",
                "ReentrantLock x;", "StampedLock x;", "LockSupport.park(x);",
                "Semaphore x;", "Lock x;", "ReadWriteLock x;",
                "import java.util.concurrent.locks.Condition;", "x = y.newCondition();",
                "AtomicMarkableReference<String> x;", "AtomicStampedReference<String> x;",
                "DoubleAdder x;", "DoubleAccumulator x;", "CountDownLatch x;", "CyclicBarrier x;",
                "ConcurrentHashMap<A, B> x;", "ConcurrentLinkedQueue<A> x;",
                "CopyOnWriteArrayList<A> x;", "BlockingQueue<A> x;", "LinkedBlockingDeque<A> x;",
                "LinkedTransferQueue<A> x;", "ThreadLocal<A> x;", "InheritableThreadLocal<A> x;",
                "wait();", "this.wait(5);", "notify();", "notifyAll();", "this.notifyAll();")) {
            assertEquals(1, HouseRules.sharing(main("http", line), Map.of()).size(), line);
            assertBreaches(List.of(),
                    HouseRules.sharing(main("http", line), Map.of("Planted", "a reason")));
            assertBreaches(List.of(), HouseRules.sharing(main("http", "// " + line), Map.of()));
            assertBreaches(List.of(), HouseRules.sharing(test(line), Map.of()));
        }
        for (String line : List.of("interface Condition { }", "KeyLock x;", "FileLock x;",
                "x.wait(y);", "await(y);", "ArrayDeque<A> x;")) {
            assertBreaches(List.of(), HouseRules.sharing(main("http", line), Map.of()));
        }
        assertEquals(Set.of("Planted"), HouseRules.needless(
                List.of(main("http", "int x;")), Map.of("Planted", "a reason")));
    }

    @Test
    void nothingSleepsButByName() {
        assertKept(file -> HouseRules.sleeps(file, SLEEPING));
    }

    @Test
    void sleepIsFound() {
        assertEquals(1, HouseRules.sleeps(test("Thread.sleep(1);"), Map.of()).size());
        assertEquals(1, HouseRules.sleeps(test("TimeUnit.DAYS.sleep(1);"), Map.of()).size());
        assertEquals(1, HouseRules.sleeps(test("Thread.currentThread().sleep(1);"), Map.of())
                .size());
        assertEquals(1, HouseRules.sleeps(test("import static java.lang.Thread.sleep;"), Map.of())
                .size());
        assertEquals(1, HouseRules.sleeps(test("sleep(1);"), Map.of()).size());
        assertEquals(1, HouseRules.sleeps(test("x(Thread::sleep);"), Map.of()).size());
        assertBreaches(List.of(), HouseRules.sleeps(test("Thread.sleep(1);"),
                Map.of("PlantedTest", "a reason")));
    }

    // What is printed, swallowed, and said.

    @Test
    void coreDoesNotPrint() {
        assertKept(HouseRules::console);
    }

    @Test
    void printingIsFound() {
        assertEquals(1, HouseRules.console(main("http", "System.out.println();")).size());
        assertEquals(1, HouseRules.console(main("http", "x(System\n.err);")).size());
        assertEquals(1, HouseRules.console(main("http", "e.printStackTrace();")).size());
        assertBreaches(List.of(), HouseRules.console(main("http", "x(\"System.out\");")));
        assertBreaches(List.of(), HouseRules.console(test("System.out.println();")));
    }

    @Test
    void linesAreLoggedBySafeLog() {
        assertKept(file -> HouseRules.loggers(file, LOGGING));
        assertEquals(Set.of(), HouseRules.needlessLoggers(sources, LOGGING),
                "take off what has no logger any more");
    }

    @Test
    void loggerElsewhereIsFound() {
        for (String line : List.of("System.getLogger(\"x\").log(INFO, \"x\");",
                "import static java.lang.System.getLogger;", "x(System\n::getLogger);")) {
            assertEquals(1, HouseRules.loggers(main("http", line), Map.of()).size(), line);
            assertBreaches(List.of(),
                    HouseRules.loggers(main("http", line), Map.of("Planted", "a reason")));
            assertBreaches(List.of(), HouseRules.loggers(test(line), Map.of()));
        }
        assertEquals(Set.of("Planted"), HouseRules.needlessLoggers(
                List.of(main("http", "int x;")), Map.of("Planted", "a reason")));
    }

    @Test
    void noExceptionIsSwallowed() {
        assertKept(HouseRules::swallowed);
    }

    @Test
    void swallowedExceptionIsFound() {
        assertEquals(1, HouseRules.swallowed(test("catch (Exception e) { }")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (A | B e) {\n\n}")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (Exception e) { ; }")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (Exception ignored) { x(); }")).size());
        assertBreaches(List.of(), HouseRules.swallowed(
                test("catch (Exception e) {\n// The reason.\n}")));
        assertBreaches(List.of(), HouseRules.swallowed(test("catch (Exception e) { x(); }")));
    }

    @Test
    void publicTypesHaveJavadocAndSince() {
        Set<String> exported = exported();
        assertTrue(exported.containsAll(Set.of("http", "server", "store", "route")),
                exported.toString());
        assertKept(file -> HouseRules.publicTypes(file, exported));
    }

    @Test
    void publicTypeWithoutJavadocOrSinceIsFound() {
        String place = "core/src/main/java/io/millrace/http/Planted.java:";
        Set<String> exported = Set.of("http");
        assertBreaches(List.of(place + "2: X has no Javadoc"),
                HouseRules.publicTypes(main("http", "public final class X { }"), exported));
        assertBreaches(List.of(place + "4: X has no Javadoc"), HouseRules.publicTypes(
                main("http", "/** A. */\nclass A { }\npublic record X() { }"), exported));
        assertBreaches(List.of(place + "3: X has no @since"), HouseRules.publicTypes(
                main("http", "/** An X. */\npublic interface X { }"), exported));
        assertBreaches(List.of(place + "4: Y has no Javadoc"), HouseRules.publicTypes(main("http",
                "/** An X. @since 0.1 */\npublic class X {\n    public static class Y { }\n}"),
                exported));
        assertBreaches(List.of(), HouseRules.publicTypes(main("http", "/** An X. @since 0.1 */\n"
                + "public class X {\n    /** A Y. */\n    public static class Y { }\n}"),
                exported));
        assertBreaches(List.of(), HouseRules.publicTypes(main("http",
                "/** An X. @since 0.1 */\n@FunctionalInterface\npublic interface X { }"),
                exported));
        assertBreaches(List.of(), HouseRules.publicTypes(
                main("codec", "/** An X. */\npublic class X { }"), exported));
    }

    /** What core exports is what the API check of its POM compares, and the promise names. */
    private static void assertAllCompared(String moduleInfo, String pom, String promise) {
        Set<String> exports = names("exports (io\\.millrace\\.[a-z0-9.]+);", moduleInfo);
        assertEquals(exports, names("<include>(io\\.millrace\\.[a-z0-9.]+)</include>", pom));
        assertEquals(exports, names("`(io\\.millrace\\.[a-z0-9.]+)`", promise));
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void apiCheckAndPromiseAreOfEachExportedPackageAndNoOther() throws IOException {
        String pom = Files.readString(ROOT.resolve("core/pom.xml"));
        assertTrue(pom.contains("<includes>"), "no API check");
        String changelog = pages.get("docs/CHANGELOG.md");
        assertAllCompared(Files.readString(ROOT.resolve("core/src/main/java/module-info.java")),
                pom, changelog.substring(0, changelog.indexOf("\n## 0.")));
    }

    @Test
    void packageThatTheApiCheckOrThePromiseMissesIsFound() {
        String exports = "exports io.millrace.http;\nexports io.millrace.store;\n";
        String http = "<include>io.millrace.http</include>";
        String store = "<include>io.millrace.store</include>";
        String promise = "(`io.millrace.http`, `io.millrace.store`)";
        assertAllCompared(exports, store + http, promise);
        assertThrows(AssertionError.class, () -> assertAllCompared(exports, http, promise));
        assertThrows(AssertionError.class, () -> assertAllCompared(exports,
                http + store + "<include>io.millrace.codec</include>", promise));
        assertThrows(AssertionError.class,
                () -> assertAllCompared(exports, http + store, "`io.millrace.http`"));
    }

    @Test
    void designHasARowForEachPackageAndNoOther() {
        String design = pages.get("docs/design.md");
        assertEquals(new TreeSet<>(HouseRules.below(ORDER).keySet()),
                names("(?m)^\\| `([a-z0-9.]+)` .*",
                        design.substring(0, design.indexOf("\n## What to read"))));
    }

    @Test
    void changelogSaysNothingTwice() {
        Set<String> entries = new HashSet<>();
        assertEquals(List.of(), Pattern.compile("\n(?=- |\n)").splitAsStream(
                pages.get("docs/CHANGELOG.md")).filter(entry -> entry.startsWith("- ")
                        && !entries.add(entry)).toList());
    }

    @Test
    void citedDecisionsExist() {
        Set<Integer> known = HouseRules.decisions(pages.get("docs/decisions.md"));
        assertFalse(known.isEmpty());
        List<String> breaches = new ArrayList<>();
        sources.stream().filter(file -> !file.type().equals("HouseRulesTest"))
                .forEach(file -> breaches.addAll(
                        HouseRules.unknownDecisions(file.path, file.comments, known)));
        pages.forEach((path, page) ->
                breaches.addAll(HouseRules.unknownDecisions(path, page, known)));
        assertKept(breaches);
    }

    @Test
    void eachDecisionHasANumberOfItsOwn() {
        assertKept(HouseRules.decidedTwice(pages.get("docs/decisions.md")));
    }

    @Test
    void numberOfTwoDecisionsIsFound() {
        assertBreaches(List.of("there are two decisions 2"), HouseRules.decidedTwice(
                "1. **A.** B.\n2. **C.** See decision 1.\n\n## More\n\n2. **D.** E.\n"));
    }

    @Test
    void decisionsStandInTheOrderOfTheirNumbers() {
        assertKept(HouseRules.decidedOutOfOrder(pages.get("docs/decisions.md")));
    }

    @Test
    void decisionBehindALargerOneIsFound() {
        assertBreaches(List.of("decision 2 stands behind 3"), HouseRules.decidedOutOfOrder(
                "1. **A.** B.\n3. **C.** D.\n\n## More\n\n2. **E.** F.\n"));
    }

    @Test
    void citationOfNoDecisionIsFound() {
        Set<Integer> known = HouseRules.decisions("# Decisions\n\n1. **A.** B.\n2. **C.** D.\n");
        assertEquals(Set.of(1, 2), known);
        for (String text : List.of("decision 3", "Decisions 1 and 3", "docs/decisions.md 3",
                "decisions 1, 2, 3", "[decisions](decisions.md) 3", "a\n * decision\n     * 3")) {
            assertBreaches(List.of("x: there is no decision 3"),
                    HouseRules.unknownDecisions("x", text, known));
        }
        assertBreaches(List.of(), HouseRules.unknownDecisions("x", "decisions 1 and 2", known));
    }

    // The reading itself.

    @Test
    void codeAndCommentsAreToldApart() {
        SourceText file = new SourceText("X.java", """
                a = "// \\" b"; // c 'd
                /* e " */ f = '"'; g = \"""
                    h\""";
                """);
        assertEquals("""
                a = "       ";       \s
                          f = ' '; g = \"""
                     \""";
                """, file.code);
        assertEquals(file.text.length(), file.comments.length());
        assertEquals("// c 'd /* e \" */", file.comments.strip().replaceAll("\\s+", " "));
    }

    @Test
    void everySourceStandsWhereMavenLooks() {
        assertKept(file -> file.hasPlace() ? List.of() : List.of(file.path));
    }
}
