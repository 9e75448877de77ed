package io.millrace;

import static io.millrace.House.assertKept;
import static io.millrace.House.main;
import static io.millrace.House.test;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where threads may meet, and where one may sleep. */
class SharedStateTest {

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
            Map.entry("MetricsHandler", "one thread at a time asks its sources"),
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
            Map.entry("BucketListing", "a worker asks, the engine's client brings House.PAGES"),
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
            Map.entry("TlsWire", "the run looks whether its client has a response"),
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

    private static final Map<String, String> SLEEPING = Map.of(
            "SlowClients", "its clients have a pace, which is what it measures");

    @Test
    void threadsMeetInNamedFilesOnly() {
        assertKept(file -> HouseRules.sharing(file, SHARING));
        assertEquals(Set.of(), HouseRules.needless(House.SOURCES, SHARING),
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
            assertEquals(List.of(),
                    HouseRules.sharing(main("http", line), Map.of("Planted", "a reason")));
            assertEquals(List.of(), HouseRules.sharing(main("http", "// " + line), Map.of()));
            assertEquals(List.of(), HouseRules.sharing(test(line), Map.of()));
        }
        for (String line : List.of("interface Condition { }", "KeyLock x;", "FileLock x;",
                "x.wait(y);", "await(y);", "ArrayDeque<A> x;")) {
            assertEquals(List.of(), HouseRules.sharing(main("http", line), Map.of()));
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
        assertEquals(List.of(), HouseRules.sleeps(test("Thread.sleep(1);"),
                Map.of("PlantedTest", "a reason")));
    }
}
