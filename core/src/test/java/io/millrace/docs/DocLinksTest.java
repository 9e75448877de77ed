package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each link of a page to another one leads to a file that exists, and to a heading in it. */
final class DocLinksTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *#*$");
    private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (String link : links(Files.readString(page))) {
                links++;
                if (!leads(page, link)) {
                    dead.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertEquals(List.of(), dead);
        assertTrue(links > 100, "only " + links + " links were found");
    }

    @Test
    void everyPageOfTheLibraryIsReachedFromTheCourse() throws IOException {
        Set<Path> reached = new HashSet<>();
        List<Path> open = new ArrayList<>(List.of(ROOT.resolve("docs/embedding.md")));
        while (!open.isEmpty()) {
            Path page = open.remove(open.size() - 1).normalize();
            if (reached.add(page)) {
                for (String link : links(Files.readString(page))) {
                    Path next = page.resolveSibling(link.replaceFirst("#.*", "")).normalize();
                    if (next.getParent().endsWith("embedding") && next.toString().endsWith(".md")) {
                        open.add(next);
                    }
                }
            }
        }
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/embedding"))) {
            assertEquals(List.of(), pages.map(Path::normalize).filter(
                    page -> page.toString().endsWith(".md") && !reached.contains(page)).toList());
        }
    }

    @Test
    void anchorsAreThoseOfGitHub() {
        Set<String> anchors = anchors("# What `a.b()` does: 2 > 1, or [not](x.md)?\n\n## The end\n"
                + "```\n# no heading\n```\n## The end\n<a id=\"here\"></a>\n");
        assertEquals(Set.of("what-ab-does-2--1-or-not", "the-end", "the-end-1", "here"), anchors);
    }

    @Test
    void linksInCodeAreNone() {
        assertEquals(List.of("a.md"),
                links("[a](a.md) `[b](b.md)` [c](https://c.example)\n```\n[d](d.md)\n```\n"));
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        pages.add(ROOT.resolve("README.md"));
        pages.add(ROOT.resolve("SECURITY.md"));
        return pages;
    }

    /** Those to files, without the ones in code. */
    private static List<String> links(String page) {
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(CODE.matcher(FENCED.matcher(page).replaceAll(""))
                .replaceAll("code"));
        while (link.find()) {
            if (!link.group(1).matches("(https?|mailto):.*")) {
                links.add(link.group(1));
            }
        }
        return links;
    }

    private static boolean leads(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || anchors(Files.readString(target)).contains(parts[1]);
    }

    /** As GitHub makes them of headings; those of equal headings are numbered. */
    private static Set<String> anchors(String page) {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        String text = FENCED.matcher(page).replaceAll("");
        Matcher heading = HEADING.matcher(text);
        while (heading.find()) {
            String anchor = heading.group(1).replaceAll("\\]\\([^)]*\\)", "")
                    .toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int twins = seen.merge(anchor, 1, Integer::sum);
            anchors.add(twins == 1 ? anchor : anchor + "-" + (twins - 1));
        }
        Matcher named = ANCHOR.matcher(text);
        while (named.find()) {
            anchors.add(named.group(1));
        }
        return anchors;
    }
}
