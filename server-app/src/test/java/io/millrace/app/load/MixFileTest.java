package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixFileTest {

    @TempDir
    private Path folder;

    private Path file;
    private LoadTarget target;

    @BeforeEach
    void name() throws CommandException {
        file = folder.resolve("mix.txt");
        target = LoadTarget.of("http://h/name");
    }

    private List<RequestKind> read(String text) throws Exception {
        return MixFile.read(Files.writeString(file, text), target, Set.of(412));
    }

    @Test
    void lineSaysWeightMethodAndTheRestByName() throws Exception {
        assertEquals(List.of(
                new RequestKind(70, Method.GET, target, 1000, null, Set.of(412)),
                new RequestKind(1, Method.PUT, target.withPath("/b?x=1"), 0,
                        new SizeRange(1000, 2048), Set.of(404, 409))),
                read("# comment\n\n 70 GET keys=1000\n"
                        + "1\tput size=1KB..2KiB path=/b?x=1 accept=404,409 keys=0\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "70 | a line is WEIGHT METHOD [NAME=VALUE...]: 70",
        "x GET | the weight must be a number in [1, 1000000]: x",
        "0 GET | the weight must be a number in [1, 1000000]: 0",
        "1000001 GET | the weight must be a number in [1, 1000000]: 1000001",
        "1 PATCH | the method must be PUT or GET or HEAD or DELETE or POST: PATCH",
        "1 PUT | PUT needs a size, such as size=40MB",
        "1 GET size | use path=, keys=, size= or accept=: size",
        "1 GET colour=red | use path=, keys=, size= or accept=: colour=red",
        "1 GET size=x | size must be a size such as 500, 40MB or 16KiB: x",
        "1 GET keys=-1 | keys must be a number in [0, 1000000000000]: -1",
        "1 GET path=a | path must be a path such as /folder/name, percent-encoded: a",
        "1 GET path=/ä | path must be a path such as /folder/name, percent-encoded: /ä",
        "1 GET accept=ok | accept must be status codes such as 404,412: ok"})
    void wrongLineIsNamed(String line, String message) {
        CommandException wrong = assertThrows(CommandException.class,
                () -> read("1 GET\n" + line));
        assertEquals(file + ":2: " + message, wrong.getMessage());
        assertEquals(2, wrong.exitCode());
    }

    @Test
    void hundredKindsAreReadAndMoreRefused() throws Exception {
        assertEquals(100, read("1 GET\n".repeat(100)).size());
        assertThrows(CommandException.class, () -> read("1 GET\n".repeat(101)));
    }

    @Test
    void fileWithoutALineOrWithoutAFileIsRefused() {
        assertTrue(assertThrows(CommandException.class, () -> read("# nothing\n")).getMessage()
                .endsWith("mix.txt has no line such as 1 GET keys=100"));
        Path none = folder.resolve("none");
        assertEquals("can't read " + none + ": there is no such file", assertThrows(
                CommandException.class, () -> MixFile.read(none, target, Set.of())).getMessage());
    }

    @Test
    void kindsComeAsOftenAsTheirWeightsSayAndTheSameInEachRun() throws Exception {
        RequestMix mix = new RequestMix(1, read("70 GET keys=10\n30 HEAD keys=10\n"));
        int heads = 0;
        int[] keys = new int[10];
        for (long request = 0; request < 100_000; request++) {
            heads += mix.kind(request);
            keys[(int) mix.key(mix.kinds().get(0), 3, request)]++;
        }
        assertEquals(30_000, heads, 600);
        for (int count : keys) {
            assertEquals(10_000, count, 400);
        }
        RequestMix again = new RequestMix(1, mix.kinds());
        assertEquals(mix.kind(12_345), again.kind(12_345));
    }

    @Test
    void sizesOfKeysStayInTheirRangeWithHalfOfThemBelowItsGeometricMean() {
        SizeRange range = SizeRange.parse("1KB..100KB");
        int small = 0;
        for (long key = 0; key < 10_000; key++) {
            long size = range.of(Scramble.of(1, key));
            assertTrue(size >= 1000 && size <= 100_000, "size " + size);
            small += size < 10_000 ? 1 : 0;
        }
        assertEquals(5000, small, 200);
        assertEquals(0, SizeRange.parse("0..0").of(5));
    }
}
