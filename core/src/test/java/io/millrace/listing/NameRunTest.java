package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The names that come next, in bounded memory. */
class NameRunTest {

    private static NameRun run(String after, long memory, List<String> names) {
        NameRun run = new NameRun(after, memory);
        names.forEach(run::add);
        run.end();
        return run;
    }

    private static List<String> all(NameRun run) {
        List<String> names = new ArrayList<>();
        for (String name = run.next(); name != null; name = run.next()) {
            names.add(name);
        }
        return names;
    }

    /** All names, run after run; what each run costs is bounded by the number of runs. */
    private static List<String> inRuns(List<String> names, long memory, int maxRuns) {
        List<String> found = new ArrayList<>();
        String after = null;
        for (int i = 1;; i++) {
            NameRun run = run(after, memory, names);
            found.addAll(all(run));
            if (run.isLast()) {
                return found;
            }
            after = found.get(found.size() - 1);
            assertTrue(i < maxRuns, () -> found.size() + " names");
        }
    }

    private static List<String> names(int count, Random random) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(random.nextInt(4) == 0 ? "\ud83d\ude00\u00fc" + random.nextInt(100_000)
                    : "n".repeat(random.nextInt(1 + random.nextInt(200)))
                            + random.nextInt(1_000_000));
        }
        return names;
    }

    private static List<String> inOrder(List<String> names) {
        TreeSet<String> ordered = new TreeSet<>(NameOrder.INSTANCE);
        ordered.addAll(names);
        return List.copyOf(ordered);
    }

    @Test
    void emptyFolderIsOneRun() {
        NameRun run = run(null, NameRun.MIN_BYTES, List.of());
        assertNull(run.next());
        assertTrue(run.isLast());
    }

    @Test
    void namesComeInOrderAndOnce() {
        NameRun run = run(null, NameRun.MIN_BYTES,
                List.of("b", "\ud83d\ude00", "a", "b", "\uffee", "B", "a", "ab", ""));
        assertEquals(List.of("", "B", "a", "ab", "b", "\uffee", "\ud83d\ude00"), all(run));
        assertTrue(run.isLast());
        assertNull(run.next());
    }

    @Test
    void onlyNamesBehindAGivenOneCome() {
        List<String> names = List.of("a", "b", "ba", "c");
        assertEquals(List.of("ba", "c"), all(run("b", NameRun.MIN_BYTES, names)));
        assertEquals(List.of("b", "ba", "c"), all(run("aa", NameRun.MIN_BYTES, names)));
        assertEquals(List.of(), all(run("c", NameRun.MIN_BYTES, names)));
    }

    @Test
    void everyOrderOfAnyNamesIsListedInRuns() {
        Random random = new Random(7);
        List<String> names = names(20_000, random);
        List<String> expected = inOrder(names);
        List<String> descending = new ArrayList<>(expected);
        Collections.reverse(descending);
        for (List<String> order : List.of(names, expected, descending)) {
            assertEquals(expected, inRuns(order, 4 * NameRun.MIN_BYTES, 120));
            assertEquals(expected, inRuns(order, 64 * NameRun.MIN_BYTES, 8));
            assertEquals(expected, inRuns(order, 1L << 40, 1));
        }
    }

    @Test
    void runHasAtLeastAQuarterOfWhatFits() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            names.add(String.format("%019d", i)); // 20 bytes with the length
        }
        Collections.shuffle(names, new Random(3));
        int fit = (int) (NameRun.MIN_BYTES * 0.6 / 20);
        int found = all(run(null, NameRun.MIN_BYTES, names)).size();
        assertTrue(found >= fit / 4 && found <= fit, found + " of " + fit);
    }

    @Test
    void longestNamesAreListedInTheLeastMemory() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            names.add("x".repeat(251) + (1000 + i));
        }
        Collections.shuffle(names, new Random(5));
        assertEquals(inOrder(names), inRuns(names, NameRun.MIN_BYTES, 60));
        assertThrows(IllegalArgumentException.class,
                () -> run(null, NameRun.MIN_BYTES, List.of("x".repeat(256))));
    }

    @Test
    void oneNameManyTimesIsOneName() {
        assertEquals(List.of("a"), all(run(null, NameRun.MIN_BYTES,
                Collections.nCopies(100_000, "a"))));
        List<String> two = new ArrayList<>(Collections.nCopies(50_000, "b"));
        two.addAll(Collections.nCopies(50_000, "a"));
        assertEquals(List.of("a", "b"), inRuns(two, NameRun.MIN_BYTES, 3));
    }

    @Test
    void whatARunHoldsIsWhatItsNamesTakeAndNoMoreThanItsMemory() {
        List<String> names = names(1000, new Random(9));
        long bytes = inOrder(names).stream()
                .mapToLong(name -> 1 + name.getBytes(StandardCharsets.UTF_8).length).sum();
        long heldBytes = run(null, 1 << 20, names).heldBytes();
        assertTrue(heldBytes >= bytes + 1000 * 2 * Integer.BYTES && heldBytes <= 1 << 20,
                () -> heldBytes + " bytes for names of " + bytes);
        long most = run(null, NameRun.MIN_BYTES, names(20_000, new Random(9))).heldBytes();
        assertTrue(most <= NameRun.MIN_BYTES, () -> most + " bytes");
    }
}
