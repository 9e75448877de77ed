package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process again and again in the middle of parallel PUTs and DELETEs, and looks whether
 * every state that it acknowledged is there. The same for the whole program, a hundred times, is a
 * command: {@code KillRun} in server-app.
 */
class CrashTest {

    private static final int KILLS = 3;
    private static final int THREADS = 4;
    private static final int KEYS_PER_THREAD = 2;
    /** The version of a key that names nothing. */
    private static final int NONE = 0;

    @TempDir
    Path folder;

    /** By key: the version that was acknowledged last. */
    private final Map<String, Integer> acknowledged = new HashMap<>();
    /** By key: the version that has been begun and not been acknowledged. */
    private final Map<String, Integer> begun = new HashMap<>();

    @Test
    void everyAcknowledgedStateOutlivesAKill() throws Exception {
        Random random = new Random(4);
        int acks = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acks += KilledProcess.run(CrashTest.class, 20 + random.nextInt(200),
                    words -> note(words.get(0), words.get(1), Integer.parseInt(words.get(2))),
                    folder.toString(), String.valueOf(kill));
            checkFolder(kill);
        }
        assertTrue(acks >= 20 * KILLS, "too little was done: " + acks);
    }

    private int note(String event, String key, int version) {
        if (event.equals("begin")) {
            begun.put(key, version);
            return 0;
        }
        assertEquals(begun.remove(key), version);
        acknowledged.put(key, version);
        return 1;
    }

    private void checkFolder(int kill) throws IOException {
        FolderStore.open(folder).close();
        Set<String> expected = new HashSet<>();
        for (String key : keys()) {
            Path file = folder.resolve(key);
            int version = Files.exists(file) ? version(Files.readString(file)) : NONE;
            int old = acknowledged.getOrDefault(key, NONE);
            assertTrue(version == old || begun.containsKey(key) && begun.get(key) == version,
                    "after kill " + kill + ", " + key + " is at " + version + " and not at " + old
                            + " or " + begun.get(key));
            if (version != NONE) {
                assertTrue(body(key, version).equals(Files.readString(file)),
                        "after kill " + kill + ", " + key + " is not whole");
                expected.add(key);
            }
            acknowledged.put(key, version);
        }
        begun.clear();
        assertEquals(expected, FolderNames.of(folder));
    }

    private static Set<String> keys() {
        Set<String> keys = new HashSet<>();
        for (int thread = 0; thread < THREADS; thread++) {
            for (int key = 0; key < KEYS_PER_THREAD; key++) {
                keys.add("k" + thread + key);
            }
        }
        return keys;
    }

    /** A body that tells its key, its version and whether it is whole. */
    private static String body(String key, int version) {
        int count = 1 + Math.floorMod(version * 7919, 5000);
        return version + " " + (key + "-" + version + ";").repeat(count);
    }

    private static int version(String body) {
        return Integer.parseInt(body.substring(0, body.indexOf(' ')));
    }

    /** The process that is killed: changes objects until then, and says what it does. */
    public static void main(String[] arguments) throws Exception {
        Client client = new Client(FolderStore.open(Path.of(arguments[0])));
        int run = Integer.parseInt(arguments[1]);
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            new Thread(() -> change(client, thread, run)).start();
        }
    }

    private static void change(Client client, int thread, int run) {
        Random random = new Random(31L * run + thread);
        for (int version = 1 + run * 1_000_000;; version++) {
            String key = "k" + thread + random.nextInt(KEYS_PER_THREAD);
            boolean delete = random.nextInt(4) == 0;
            int next = delete ? NONE : version;
            KilledProcess.say("begin", key, next);
            int status = delete ? client.delete("/" + key).status()
                    : client.put("/" + key, body(key, version)).status();
            if (status != 200 && !(delete && status == 404)) {
                throw new IllegalStateException(key + " was answered with " + status);
            }
            KilledProcess.say("done", key, next);
        }
    }
}
