package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The two shapes of a listing, to the byte: programs read them. */
class FormatTest {

    /** 2026-11-28T09:05:07.25Z. */
    private static final long TIME_NS = 1_795_856_707_250_000_000L;

    private static String written(Format format, String path, String next, ListedEntry... all) {
        StringBuilder out = new StringBuilder();
        format.begin(out, path);
        for (int i = 0; i < all.length; i++) {
            format.entry(out, all[i], i == 0);
        }
        format.end(out, next);
        return out.toString();
    }

    private static ListedEntry file(String name, long bytes) {
        return new ListedEntry(name, false, bytes, ListedEntry.time(TIME_NS), "\"1-2\"");
    }

    private static ListedEntry folder(String name) {
        return new ListedEntry(name, true, 0, ListedEntry.time(TIME_NS), null);
    }

    private static String htmlLine(ListedEntry entry) {
        StringBuilder out = new StringBuilder();
        new HtmlFormat().entry(out, entry, true);
        return out.toString();
    }

    @Test
    void html() {
        String columns = " 28-Nov-2026 09:05";
        assertEquals("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Index of /dir/</title>
                </head>
                <body>
                <h1>Index of <bdi>/dir/</bdi></h1>
                <pre>
                <a href="../">../</a>
                <a href="a.txt">a.txt</a>""" + " ".repeat(45) + columns + " ".repeat(18) + "12\n"
                + "<a href=\"sub/\">sub/</a>" + " ".repeat(46) + columns + " ".repeat(19) + "-\n"
                + """
                </pre>
                </body>
                </html>
                """, written(new HtmlFormat(), "/dir/", null, file("a.txt", 12), folder("sub")));
    }

    @Test
    void rootHasNoLinkUpwards() {
        assertEquals("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Index of /</title>
                </head>
                <body>
                <h1>Index of <bdi>/</bdi></h1>
                <pre>
                </pre>
                <a href="?limit=1&amp;after=b" rel="next">next</a>
                </body>
                </html>
                """, written(new HtmlFormat(), "/", "?limit=1&after=b"));
    }

    @Test
    void folderWithoutATimeHasADashForItInHtmlAndNoneInJson() { // decision 336
        ListedEntry sub = new ListedEntry("sub", true, 0, null, null);
        assertEquals("<a href=\"sub/\">sub/</a>" + " ".repeat(46) + " -" + " ".repeat(16)
                + " ".repeat(19) + "-\n", htmlLine(sub));
        assertEquals(htmlLine(folder("sub")).length(), htmlLine(sub).length());
        assertEquals("""
                {"path":"/","entries":[
                {"name":"sub","type":"folder"}
                ],"next":null}
                """, written(new JsonFormat(), "/", null, sub));
    }

    @Test
    void nameInHtmlIsALinkAndText() {
        assertEquals("<a href=\"%3Cscript%3Ealert%281%29%3C%2Fscript%3E\">"
                + "&lt;script&gt;alert(1)&lt;/script&gt;</a>",
                link("<script>alert(1)</script>"));
        assertEquals("<a href=\"%22%20onclick%3D%27x%27%20%26amp%3B\">"
                + "&quot; onclick=&#39;x&#39; &amp;amp;</a>", link("\" onclick='x' &amp;"));
        assertEquals("<a href=\"javascript%3Aalert%281%29\">javascript:alert(1)</a>",
                link("javascript:alert(1)"));
        assertEquals("<a href=\"p%2Bq%26r%3F%23%25.txt\">p+q&amp;r?#%.txt</a>",
                link("p+q&r?#%.txt"));
        assertEquals("<a href=\"%C3%BC\" dir=\"auto\">\u00fc</a>", link("\u00fc"));
        assertEquals("<a href=\"a%E2%80%AEtxt.exe\" dir=\"auto\">a\u202etxt.exe</a>",
                link("a\u202etxt.exe"));
        assertEquals("<a href=\"%F0%9F%98%80\" dir=\"auto\">\ud83d\ude00</a>",
                link("\ud83d\ude00"));
        assertEquals("<a href=\"a-b_c.d~1.0\">a-b_c.d~1.0</a>", link("a-b_c.d~1.0"));
    }

    private static String link(String name) {
        String line = htmlLine(file(name, 1));
        return line.substring(0, line.indexOf("</a>") + 4);
    }

    @Test
    void longNameIsWrittenInFull() {
        String name = "n".repeat(255);
        assertEquals("<a href=\"" + name + "\">" + name + "</a> 28-Nov-2026 09:05"
                + " ".repeat(19) + "1\n", htmlLine(file(name, 1)));
        assertEquals("<a href=\"" + name + "/\">" + name + "/</a> 28-Nov-2026 09:05"
                + " ".repeat(19) + "-\n", htmlLine(folder(name)));
    }

    @Test
    void anyTimeIsWritten() {
        assertEquals("<a href=\"a\">a</a>" + " ".repeat(49) + " 21-Sep-1677 00:12 "
                + Long.MAX_VALUE + "\n", htmlLine(
                new ListedEntry("a", false, Long.MAX_VALUE,
                        ListedEntry.time(Long.MIN_VALUE), "\"1\"")));
        assertEquals("{\"path\":\"/\",\"entries\":[\n{\"name\":\"a\",\"type\":\"folder\","
                + "\"time\":\"2262-04-11T23:47:16.854775807Z\"}\n],\"next\":null}\n",
                written(new JsonFormat(), "/", null,
                        new ListedEntry("a", true, 0,
                                ListedEntry.time(Long.MAX_VALUE), null)));
    }

    @Test
    void json() {
        assertEquals("""
                {"path":"/dir/","entries":[
                {"name":"a.txt","type":"file","size":12,"time":"2026-11-28T09:05:07.250Z",\
                "etag":"\\"1-2\\""},
                {"name":"sub","type":"folder","time":"2026-11-28T09:05:07.250Z"}
                ],"next":null}
                """, written(new JsonFormat(), "/dir/", null, file("a.txt", 12), folder("sub")));
        assertEquals("{\"path\":\"/\",\"entries\":[\n],\"next\":null}\n",
                written(new JsonFormat(), "/", null));
    }

    @Test
    void stringsInJsonAreEscaped() {
        assertEquals("{\"path\":\"/\\\"\\\\\\u0001/\",\"entries\":[\n{\"name\":\"\\\"\\\\\\u001f"
                + "</script>\u00fc\ud83d\ude00\",\"type\":\"file\",\"size\":1,"
                + "\"time\":\"2026-11-28T09:05:07.250Z\",\"etag\":\"\\\"1-2\\\"\"}\n],"
                + "\"next\":\"?after=\\\"\"}\n",
                written(new JsonFormat(), "/\"\\\u0001/", "?after=\"",
                        file("\"\\\u001f</script>\u00fc\ud83d\ude00", 1)));
    }
}
