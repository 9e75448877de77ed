package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.Flags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the load tool says what it does. */
class LoadDocsTest {

    private static final String COMMAND = "    java -jar millrace.jar load ";

    private static String page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(Path.of("..", "docs", "load.md"));
    }

    @Test
    void eachFlagIsOnThePage() {
        for (Flag<?> flag : LoadFlags.FLAGS.all()) {
            assertTrue(flag.equals(Flags.HELP) || page.contains(flag.name()), flag.name());
        }
    }

    @Test
    void sampleOfAMixIsOne(@TempDir Path folder) throws Exception {
        String sample = page.substring(page.indexOf("<!-- mix -->"));
        sample = sample.substring(sample.indexOf("    #"), sample.indexOf("\n\n|"));
        Path file = Files.writeString(folder.resolve("mix.txt"), sample);
        List<RequestKind> kinds = MixFile.read(file, LoadTarget.of("http://h"), Set.of());
        assertEquals(List.of(70L, 20L, 5L, 5L), kinds.stream().map(RequestKind::weight).toList());
    }

    @Test
    void samplesOfCommandsAreAllowed(@TempDir Path folder) throws Exception {
        Path mix = Files.writeString(folder.resolve("mix.txt"), "1 GET\n");
        List<String> samples = page.lines().filter(line -> line.startsWith(COMMAND))
                .collect(Collectors.toList());
        assertTrue(samples.size() >= 5, samples.toString());
        for (String sample : samples) {
            Arguments arguments = LoadFlags.FLAGS.parse(List.of(sample.substring(COMMAND.length())
                    .replace("mix.txt", mix.toString()).split(" ")));
            LoadFlags.plan(arguments);
        }
    }
}
