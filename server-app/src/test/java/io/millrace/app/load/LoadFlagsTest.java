package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What flags mean together. */
class LoadFlagsTest {

    private static LoadPlan plan(String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of("http://h"));
        all.addAll(List.of(flags));
        return LoadFlags.plan(LoadFlags.FLAGS.parse(all));
    }

    @Test
    void durationEndsARunUnlessRequestsDoBefore() throws Exception {
        assertEquals(10_000, plan().requests());
        assertEquals(Long.MAX_VALUE, plan("--duration", "1s").requests());
        assertEquals(7, plan("--duration", "1s", "--requests", "7").requests());
    }

    @Test
    void acceptedCodesHoldForTheLinesOfAMixThatHaveNone(@TempDir Path folder) throws Exception {
        Path mix = Files.writeString(folder.resolve("mix"), "1 GET\n1 HEAD accept=404\n");
        List<RequestKind> kinds = plan("--mix", mix.toString(), "--accept", "412").mix().kinds();
        assertEquals(Set.of(412), kinds.get(0).accepted());
        assertEquals(Set.of(404), kinds.get(1).accepted());
    }
}
