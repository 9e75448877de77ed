package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process again and again in the middle of parallel MOVEs of objects and of folders. Each
 * of them then has one of its two names, whole and with its fields, and the new one if that was
 * acknowledged.
 */
class MoveKillTest {

    private static final int KILLS = 8;
    /** Those that move an object each, to a free name or over another object. */
    private static final int OBJECT_MOVERS = 3;
    /** Those that move a folder of {@link #OBJECTS} objects each. */
    private static final int FOLDER_MOVERS = 2;
    private static final int OBJECTS = 200;
    /** So large that the half of one would be found, if it were copied. */
    private static final int OBJECT_BYTES = 1_000_000;
    /** What each of them has to choose from; some are in folders that are made by the MOVE. */
    private static final List<String> NAMES = List.of("a", "b", "x/a", "x/y/b", "z/a");

    @TempDir
    Path folder;

    /** By mover: the path that was acknowledged last, from where it goes, */
    private final Map<String, String> at = new HashMap<>();
    /** and where to, unless it is there. */
    private final Map<String, String> begun = new HashMap<>();

    @Test
    void whatIsMovedHasOneOfItsTwoNamesAfterAKill() throws Exception {
        Random random = new Random(6);
        begin();
        int moves = 0;
        int inTheMidst = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> arguments = new ArrayList<>(List.of(folder.toString(), "" + kill));
            movers().forEach(mover -> arguments.add(at.get(mover)));
            moves += KilledProcess.run(MoveKillTest.class, 20 + random.nextInt(200),
                    words -> note(words.get(0), words.get(1), words.get(2)),
                    arguments.toArray(String[]::new));
            inTheMidst += begun.size();
            check();
        }
        assertTrue(moves >= 20 * KILLS, "too little was done: " + moves);
        assertTrue(inTheMidst > 0, "no MOVE was under way");
    }

    private static List<String> movers() {
        List<String> movers = new ArrayList<>();
        for (int i = 0; i < OBJECT_MOVERS; i++) {
            movers.add("o" + i);
        }
        for (int i = 0; i < FOLDER_MOVERS; i++) {
            movers.add("f" + i);
        }
        return movers;
    }

    private static boolean isFolder(String mover) {
        return mover.startsWith("f");
    }

    private void begin() throws IOException {
        try (FolderStore store = FolderStore.open(folder)) {
            Client client = new Client(store);
            for (String mover : movers()) {
                String path = "/" + mover + "/a";
                at.put(mover, path);
                for (String object : objects(mover, path)) {
                    assertEquals(200, client.put(object, body(mover), "Content-Language", mover)
                            .status());
                }
            }
        }
    }

    /** The paths of all that a mover moves. */
    private static List<String> objects(String mover, String path) {
        List<String> objects = new ArrayList<>();
        for (int i = 0; i < OBJECTS && isFolder(mover); i++) {
            objects.add(path + "/" + (i % 2 == 0 ? "" : "deep/") + i);
        }
        return isFolder(mover) ? objects : List.of(path);
    }

    private static String body(String mover) {
        return mover.repeat(isFolder(mover) ? 1 : OBJECT_BYTES / mover.length());
    }

    private int note(String event, String mover, String path) {
        if (event.equals("begin")) {
            begun.put(mover, path);
            return 0;
        }
        assertEquals(begun.remove(mover), path);
        at.put(mover, path);
        return 1;
    }

    private void check() throws IOException {
        try (FolderStore store = FolderStore.open(folder)) {
            Client client = new Client(store);
            for (String mover : movers()) {
                String old = at.get(mover);
                String next = begun.getOrDefault(mover, old);
                List<String> before = holding(client, mover, old);
                List<String> after = holding(client, mover, next);
                boolean moved = before.isEmpty();
                if (!next.equals(old)) {
                    assertTrue(moved || after.isEmpty(), mover + " is at " + old + " and at "
                            + next);
                }
                String now = moved ? next : old;
                assertEquals(objects(mover, now), moved ? after : before, mover);
                at.put(mover, now);
                assertEquals(new TreeSet<>(objects(mover, now)), files(mover));
            }
        }
        begun.clear();
    }

    /** Which of a mover's objects are there, if it is at that path. */
    private List<String> holding(Client client, String mover, String path) {
        List<String> found = new ArrayList<>();
        for (String object : objects(mover, path)) {
            Reply got = client.get(object);
            if (got.status() == 200 && !got.text().equals("replaced")) {
                assertTrue(got.text().equals(body(mover)), object + " is not whole");
                assertEquals(mover, got.field("Content-Language"));
                found.add(object);
            }
        }
        return found;
    }

    /** All files of a mover's, as paths, but those that are there to be replaced. */
    private TreeSet<String> files(String mover) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> all = Files.walk(folder.resolve(mover))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!Files.readString(file).equals("replaced")) {
                    found.add("/" + folder.relativize(file));
                }
            }
        }
        return found;
    }

    /** The process that is killed: moves until then, and says what. */
    public static void main(String[] arguments) throws Exception {
        Client client = new Client(FolderStore.open(Path.of(arguments[0])));
        int run = Integer.parseInt(arguments[1]);
        for (int i = 0; i < movers().size(); i++) {
            String mover = movers().get(i);
            String path = arguments[2 + i];
            Random random = new Random(31L * run + i);
            new Thread(() -> move(client, mover, path, random)).start();
        }
    }

    private static void move(Client client, String mover, String first, Random random) {
        String path = first;
        while (true) {
            String next = "/" + mover + "/" + NAMES.get(random.nextInt(NAMES.size()));
            if (next.equals(path)) {
                continue;
            }
            if (!isFolder(mover) && random.nextInt(4) == 0) {
                require(client.put(next, "replaced").status(), 200);
            }
            KilledProcess.say("begin", mover, next);
            String slash = isFolder(mover) ? "/" : "";
            int status = client.move(path + slash, next + slash).status();
            if (status != 204) {
                require(status, 201);
            }
            KilledProcess.say("done", mover, next);
            path = next;
        }
    }

    private static void require(int status, int expected) {
        if (status != expected) {
            System.err.println("answered with " + status + " instead of " + expected);
            Runtime.getRuntime().halt(1); // which the test notices
        }
    }
}
