package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketOptions;
import io.millrace.option.Option;
import io.millrace.server.ServerOptions;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page and the Javadoc say of each option what its declaration says. A failure shows the text
 * that the page or the Javadoc should have: copy it there.
 */
final class OptionDocsTest {

    private static final Path PAGE = Path.of("..", "docs", "embedding", "options.md");
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "millrace");

    @Test
    void pageHasTheTableOfServerOptions() throws IOException {
        assertEquals(table(ServerOptions.all()), tableOf("ServerOptions"));
    }

    @Test
    void pageHasTheTableOfStoreOptions() throws IOException {
        assertEquals(table(StoreOptions.all()), tableOf("StoreOptions"));
    }

    @Test
    void pageHasTheTableOfBucketOptions() throws IOException {
        assertEquals(table(BucketOptions.all()), tableOf("BucketOptions"));
    }

    static Stream<Arguments> options() {
        return Stream.of(
                ServerOptions.all().stream().map(
                        o -> Arguments.of("server/ServerOptions.java", o)),
                StoreOptions.all().stream().map(o -> Arguments.of("store/StoreOptions.java", o)),
                BucketOptions.all().stream().map(
                        o -> Arguments.of("bucket/BucketOptions.java", o)))
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("options")
    void javadocOfTheAccessorBeginsWithTheDeclaration(String file, Option<?> option)
            throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        Matcher accessor = Pattern.compile("/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s+public "
                + "(?:@Nullable )?\\S+ " + option.name() + "\\(\\)").matcher(source);
        assertTrue(accessor.find(), "no Javadoc at " + option.name() + "()");
        String javadoc = accessor.group(1).replaceAll("\n *\\*", " ").replaceAll("\\s+", " ")
                .strip();
        String sentences = sentences(option);
        assertEquals(sentences,
                javadoc.substring(0, Math.min(javadoc.length(), sentences.length())));
    }

    /** The declaration in sentences. */
    private static String sentences(Option<?> option) {
        String unit = option.unit().isEmpty() ? "" : " (" + option.unit() + ")";
        String range = option.range().isEmpty() ? "" : ", range " + option.range();
        return capitalized(option.purpose()) + unit + ". Default " + option.standardText() + range
                + ": " + option.reason() + ".";
    }

    private static String capitalized(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String table(List<Option<?>> options) {
        StringBuilder table = new StringBuilder(
                "| option | sets | unit | default | range | because | flag |\n"
                + "|---|---|---|---|---|---|---|\n");
        String group = "";
        for (Option<?> option : options) {
            if (!option.group().equals(group)) {
                group = option.group();
                table.append("| **").append(group).append("** | | | | | | |\n");
            }
            table.append("| `").append(option.name()).append("` | ").append(option.purpose())
                    .append(" | ").append(option.unit()).append(" | ")
                    .append(option.standardText()).append(" | ").append(option.range())
                    .append(" | ").append(option.reason()).append(" | ")
                    .append(option.flag() != null ? "`" + option.flag() + "`"
                            : "none: " + option.noFlag())
                    .append(" |\n");
        }
        return table.toString();
    }

    /** The table below the comment that marks it. */
    private static String tableOf(String name) throws IOException {
        String page = Files.readString(PAGE);
        String mark = "<!-- " + name + ", compared by OptionDocsTest -->\n\n";
        int from = page.indexOf(mark);
        assertTrue(from >= 0, "no comment " + mark);
        from += mark.length();
        return page.substring(from, page.indexOf("\n\n", from) + 1);
    }
}
