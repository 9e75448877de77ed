package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Flag;
import io.millrace.bucket.BucketOptions;
import io.millrace.option.Option;
import io.millrace.server.ServerOptions;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The operator's page has every flag of serve as it is declared. A failure shows the table that the
 * page should have: copy it there.
 */
final class FlagDocsTest {

    private static final Path PAGE = Path.of("..", "docs", "operating.md");
    private static final String MARK = "<!-- flags of serve, compared by FlagDocsTest -->\n\n";

    @Test
    void pageHasTheTableOfFlags() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(MARK);
        assertTrue(from >= 0, "no comment " + MARK);
        from += MARK.length();
        assertEquals(table(), page.substring(from, page.indexOf("\n\n", from) + 1));
    }

    private static String table() {
        StringBuilder table = new StringBuilder(
                "| flag | sets | unit | default | range |\n|---|---|---|---|---|\n");
        ServeFlags.FLAGS.groups().forEach((title, flags) -> {
            table.append("| **").append(title).append("** | | | | |\n");
            flags.forEach(flag -> table.append(row(flag)));
        });
        return table.toString();
    }

    private static String row(Flag<?> flag) {
        String value = flag.kind().placeholder().replace("|", "\\|");
        return "| `" + flag.name() + (value.isEmpty() ? "" : " " + value) + "` | " + flag.help()
                + " | " + flag.unit() + " | " + flag.standardText() + " | " + range(flag) + " |\n";
    }

    /** The range of the option that the flag sets, with flags in place of options. */
    private static String range(Flag<?> flag) {
        // What both stores have is shown as the store of files has it.
        List<Option<?>> options = new ArrayList<>(BucketOptions.all());
        options.addAll(ServerOptions.all());
        options.addAll(StoreOptions.all());
        String range = "";
        for (Option<?> option : options) {
            range = flag.name().equals(option.flag()) ? option.range() : range;
        }
        for (Option<?> option : options) {
            range = range.replace(" " + option.name(), " " + option.flag());
        }
        return range;
    }
}
