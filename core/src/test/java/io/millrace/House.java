package io.millrace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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

/** What the tests of the house's rules look at: the sources of all modules, and the pages. */
final class House {

    static final Path ROOT = Path.of("..");
    static final List<SourceText> SOURCES = sources();
    /** By path from the root. */
    static final Map<String, String> PAGES = pages();

    private House() {
    }

    private static List<SourceText> sources() {
        List<SourceText> sources = new ArrayList<>();
        for (String module : modules()) {
            int before = sources.size();
            for (Path file : files(ROOT.resolve(module).resolve("src"), ".java")) {
                sources.add(new SourceText(fromRoot(file), text(file)));
            }
            assertTrue(sources.size() > before, "no sources in " + module);
        }
        return List.copyOf(sources);
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        for (Path page : files(ROOT.resolve("docs"), ".md")) {
            pages.put(fromRoot(page), text(page));
        }
        for (String page : List.of("README.md", "SECURITY.md")) {
            pages.put(page, text(ROOT.resolve(page)));
        }
        return pages;
    }

    private static List<String> modules() {
        Matcher module = Pattern.compile("<module>(.*?)</module>")
                .matcher(text(ROOT.resolve("pom.xml")));
        List<String> modules = module.results().map(found -> found.group(1)).toList();
        assertTrue(modules.contains("core"), modules.toString());
        return modules;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fromRoot(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static void assertKept(Function<SourceText, List<String>> rule) {
        assertKept(SOURCES.stream().flatMap(file -> rule.apply(file).stream()).toList());
    }

    static void assertKept(Collection<String> breaches) {
        assertTrue(breaches.isEmpty(), () -> String.join("\n", breaches));
    }

    static SourceText main(String room, String lines) {
        return new SourceText("core/src/main/java/io/millrace/" + room + "/Planted.java",
                "package io.millrace." + room + ";\n" + lines);
    }

    static SourceText test(String lines) {
        return new SourceText("core/src/test/java/io/millrace/http/PlantedTest.java",
                "package io.millrace.http;\n" + lines);
    }
}
