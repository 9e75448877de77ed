package io.millrace.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.Right;
import io.millrace.page.FolderPage;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final Set<Right> ALL = EnumSet.allOf(Right.class);
    private static final Instant TIME = Instant.parse("2026-11-29T06:05:04.123Z");

    private record Seen(String path, Set<Right> rights, boolean isReadOnly)
            implements FolderPage.View {

        @Override
        public boolean may(Right right) {
            return rights.contains(right);
        }
    }

    private record Found(String name, boolean isFolder, long sizeBytes, Instant modified,
            String etag) implements FolderPage.Entry {
    }

    private final Page page = Page.create();

    private String begin(String path, Set<Right> rights, boolean isReadOnly) {
        StringBuilder out = new StringBuilder();
        page.begin(out, new Seen(path, rights, isReadOnly));
        return out.toString();
    }

    private String entry(String name, boolean isFolder, long sizeBytes) {
        StringBuilder out = new StringBuilder();
        page.entry(out, new Found(name, isFolder, sizeBytes, TIME, isFolder ? null : "\"e\""));
        return out.toString();
    }

    private String end(String next) {
        StringBuilder out = new StringBuilder();
        page.end(out, new Seen("/", ALL, false), next);
        return out.toString();
    }

    private static List<String> all(String pattern, String html) {
        return Pattern.compile(pattern).matcher(html).results().map(found -> found.group(1))
                .toList();
    }

    @Test
    void folderWithoutATimeHasAnEmptyOne() {
        StringBuilder out = new StringBuilder();
        page.entry(out, new Found("d", true, 0, null, null));
        assertEquals("<tr class=\"d\"><td class=\"n\"><a href=\"./d/\">" + name(entry("d", true, 0))
                + "</a></td><td class=\"s\"></td><td class=\"t\"><time></time></td></tr>",
                out.toString());
    }

    private static String name(String row) {
        return row.substring(row.indexOf("d/\">") + 4, row.indexOf("</a>"));
    }

    @Test
    void entryOfAFileHasItsLinkNameSizeAndTime() {
        assertEquals("<tr><td class=\"n\"><a href=\"./a.txt\"><bdi>a.txt</bdi></a></td>"
                + "<td class=\"s\" data-b=\"1234\">1.2 kB</td>"
                + "<td class=\"t\"><time datetime=\"2026-11-29T06:05:04.123Z\">"
                + "2026-11-29 06:05 UTC</time></td></tr>", entry("a.txt", false, 1234));
    }

    @Test
    void entryOfAFolderHasASlashAndNoSize() {
        String html = entry("a b", true, 0);
        assertTrue(html.startsWith("<tr class=\"d\"><td class=\"n\"><a href=\"./a%20b/\">"
                + "<bdi>a b</bdi></a></td><td class=\"s\"></td>"), html);
    }

    @Test
    void nameThatIsMarkupIsTextAndPercentEncodedInItsLink() {
        String html = entry("\"><img src=x onerror=alert(1)>", false, 1);
        assertTrue(html.contains("href=\"./%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E\""),
                html);
        assertTrue(html.contains(
                "<bdi>&quot;&gt;&lt;img src=x onerror=alert(1)&gt;</bdi>"), html);
    }

    @Test
    void nameThatLooksLikeASchemeIsARelativeLink() {
        assertEquals(List.of("./javascript%3Aalert%281%29"),
                all("href=\"([^\"]*)\"", entry("javascript:alert(1)", false, 1)));
    }

    @Test
    void sizesAreRoundedToTheNextUnit() {
        assertTrue(entry("a", false, 0).contains(">0 B<"));
        assertTrue(entry("a", false, 999).contains(">999 B<"));
        assertTrue(entry("a", false, 1000).contains(">1.0 kB<"));
        assertTrue(entry("a", false, 9949).contains(">9.9 kB<"));
        assertTrue(entry("a", false, 9951).contains(">10 kB<"));
        assertTrue(entry("a", false, 999_499).contains(">999 kB<"));
        assertTrue(entry("a", false, 999_500).contains(">1.0 MB<"));
        assertTrue(entry("a", false, Long.MAX_VALUE).contains(">9.2 EB<"));
    }

    @Test
    void linksOfEachDepthLeadToTheSameAssetsAndFoldersAbove() {
        assertEquals(List.of("./"), all("<li><a href=\"([^\"]*)\"", begin("/", ALL, false)));
        assertEquals(List.of("../", "./"),
                all("<li><a href=\"([^\"]*)\"", begin("/a/", ALL, false)));
        assertEquals(List.of("../../../", "../../", "../", "./"),
                all("<li><a href=\"([^\"]*)\"", begin("/a/b/c/", ALL, false)));
        String asset = all("<script src=\"\\./([^\"]*)\"", begin("/", ALL, false)).get(0);
        assertTrue(asset.matches("\\.millrace/page-[0-9a-f]{16}\\.js"), asset);
        assertTrue(begin("/a/b/", ALL, false)
                .contains("<script src=\"../../" + asset + "\" defer></script>"));
    }

    @Test
    void pathIsTextInTheTitleAndEncodedForTheScript() {
        String html = begin("/a&b/<c> {title}/", ALL, false);
        assertTrue(html.contains("<title>&lt;c&gt; {title}</title>"), html);
        assertTrue(html.contains("data-path=\"/a%26b/%3Cc%3E%20%7Btitle%7D/\""), html);
        assertTrue(html.contains("<a href=\"../\"><bdi>a&amp;b</bdi></a>"), html);
    }

    @Test
    void whatTheTokenMayNotDoIsNotOffered() {
        assertTrue(begin("/", ALL, false).contains("data-may=\"rwdlma\""));
        assertTrue(begin("/", ALL, false).contains("<form"));
        String reader = begin("/", EnumSet.of(Right.READ, Right.LIST), false);
        assertTrue(reader.contains("data-may=\"rla\""), reader);
        assertFalse(reader.contains("<form"), reader);
        assertTrue(begin("/", EnumSet.of(Right.LIST), false).contains("data-may=\"l\""));
        for (Right missing : List.of(Right.READ, Right.WRITE, Right.DELETE)) {
            String html = begin("/", EnumSet.complementOf(EnumSet.of(missing)), false);
            String letters = "rwdl".replace("" + missing.letter(), "")
                    + (missing == Right.READ ? "" : "a");
            assertTrue(html.contains("data-may=\"" + letters + "\""), html);
        }
    }

    @Test
    void storeWithoutMovesOrArchivesOffersNone() {
        assertTrue(beginInBucket(false, true).contains("data-may=\"rwdla\""));
        assertTrue(beginInBucket(true, false).contains("data-may=\"rwdlm\""));
        assertTrue(beginInBucket(false, false).contains("data-may=\"rwdl\""));
    }

    private String beginInBucket(boolean canMove, boolean canArchive) {
        StringBuilder out = new StringBuilder();
        page.begin(out, new FolderPage.View() {
            @Override
            public String path() {
                return "/";
            }

            @Override
            public boolean may(Right right) {
                return true;
            }

            @Override
            public boolean isReadOnly() {
                return false;
            }

            @Override
            public boolean canMove() {
                return canMove;
            }

            @Override
            public boolean canArchive() {
                return canArchive;
            }
        });
        return out.toString();
    }

    @Test
    void moveNeedsTheRightToReadWriteAndDelete() {
        for (Right right : List.of(Right.READ, Right.WRITE, Right.DELETE)) {
            String may = all("data-may=\"([^\"]*)\"",
                    begin("/", EnumSet.complementOf(EnumSet.of(right)), false)).get(0);
            assertFalse(may.contains("m"), may);
        }
    }

    @Test
    void readOnlyStoreOffersNoUploadWhateverTheTokenMay() {
        String html = begin("/", ALL, true);
        assertTrue(html.contains("data-may=\"rla\""), html);
        assertFalse(html.contains("<form"), html);
    }

    @Test
    void formAsksBeforeTheFileWhetherToReplace() {
        String html = begin("/", ALL, false);
        assertTrue(html.indexOf("name=\"replace\"") < html.indexOf("type=\"file\""), html);
        assertTrue(html.contains("method=\"post\" action=\"./\" enctype=\"multipart/form-data\""));
    }

    @Test
    void nextPageIsALinkAndItsTextIsEscaped() {
        assertTrue(end("?limit=1&after=\"a").contains(
                "<a rel=\"next\" href=\"?limit=1&amp;after=&quot;a\">Next page</a>"));
        assertFalse(end(null).contains("rel=\"next\""));
    }

    @Test
    void nothingOfThePageIsInlineCodeOrStyle() {
        String html = begin("/", ALL, false) + entry("a", false, 1) + end(null);
        assertEquals(List.of(), all("(\\son[a-z]+=|\\sstyle=|<style|javascript:)", html));
        assertEquals(1, all("(<script)", html).size());
        assertTrue(html.contains("></script>"), "the script has no text of its own");
    }

    @Test
    void policyLetsNothingBeLoadedButFromThisSite() {
        String policy = page.contentSecurityPolicy();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(policy.contains("http"), policy);
        for (String only : List.of("base-uri 'none'", "frame-ancestors 'none'",
                "form-action 'self'")) {
            assertTrue(policy.contains(only), policy);
        }
    }

    @Test
    void pageStyleSheetAndScriptHaveLessThan60KilobytesTogether() {
        PageAssets assets = new PageAssets();
        String html = begin("/", ALL, false) + end(null);
        int bytes = html.length() + assets.lengthBytes(assets.style())
                + assets.lengthBytes(assets.script());
        assertTrue(bytes < 60_000, bytes + " bytes");
    }

    @Test
    void nothingOfThePageNamesAnotherHost() {
        for (String name : List.of("page.html", "message.html", "upload.html", "page.css",
                "base.js", "dialogs.js", "list.js", "actions.js", "preview.js", "transfer.js",
                "uploads.js", "lost.js", "start.js", "signs.svg", "icon.svg")) {
            Matcher host = Pattern.compile("(?<!xmlns=\")https?://")
                    .matcher(PageAssets.resource(name));
            assertFalse(host.find(), name);
        }
    }
}
