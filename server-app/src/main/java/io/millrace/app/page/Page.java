package io.millrace.app.page;

import io.millrace.access.Right;
import io.millrace.http.Handler;
import io.millrace.http.PercentEncoding;
import io.millrace.page.FolderPage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * A folder as a person sees it in a browser: what is in it, by a page that works without its
 * script for reading and for uploads of one file.
 *
 * <p>All its links are relative, so that a proxy may serve the store below a path. What the token
 * may not do is not offered.
 *
 * <p>Threads: any, immutable.
 */
public final class Page implements FolderPage {

    /** Beyond that a folder has several pages: browsers get slow. */
    static final long MAX_ENTRIES = 10_000; // decision 288

    /** No script, style or frame but the program's own, and none of them within the page. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; media-src 'self'; frame-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String ENTRIES = "{entries}";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

    private final PageAssets assets = new PageAssets();
    private final Template beginning;
    private final Template ending;
    private final String uploadForm = PageAssets.resource("upload.html");
    private final Template message = new Template(PageAssets.resource("message.html"));

    private Page() {
        String page = PageAssets.resource("page.html");
        int entries = page.indexOf(ENTRIES);
        beginning = new Template(page.substring(0, entries));
        ending = new Template(page.substring(entries + ENTRIES.length()));
    }

    /** The page of this program. */
    public static Page create() {
        return new Page();
    }

    /**
     * A handler that serves the page's style sheet and script, and uploads of its form; everything
     * else is the inner handler's.
     */
    public Handler around(Handler inner) {
        FormUpload forms = new FormUpload(this, inner);
        return request -> PageRequests.isAsset(request) ? assets.handle(request)
                : PageRequests.isForm(request) ? forms.handle(request) : inner.handle(request);
    }

    @Override
    public void begin(StringBuilder out, View view) {
        String path = view.path();
        String root = root(path);
        beginning.write(out, Map.of(
                "title", Markup.visible(path.equals("/") ? "Files" : names(path)[depth(path) - 1]),
                "root", root, "icon", assets.icon(), "style", assets.style(),
                "script", assets.script(), "path", encoded(path), "may", letters(view),
                "crumbs", crumbs(path), "upload", mayChange(view, Right.WRITE) ? uploadForm : ""));
    }

    @Override
    public void entry(StringBuilder out, Entry entry) {
        boolean isFolder = entry.isFolder();
        // With "./" before it, as a colon in a name would end a scheme.
        out.append(isFolder ? "<tr class=\"d\"><td class=\"n\"><a href=\"./"
                : "<tr><td class=\"n\"><a href=\"./")
                .append(PercentEncoding.encode(entry.name())).append(isFolder ? "/\">" : "\">")
                .append(Markup.name(entry.name())).append("</a></td><td class=\"s\"");
        if (!isFolder) {
            out.append(" data-b=\"").append(entry.sizeBytes()).append("\">")
                    .append(size(entry.sizeBytes()));
        } else {
            out.append('>');
        }
        Instant modified = entry.modified();
        if (modified == null) {
            out.append("</td><td class=\"t\"><time></time></td></tr>");
            return;
        }
        out.append("</td><td class=\"t\"><time datetime=\"").append(modified).append("\">");
        TIME.formatTo(modified, out);
        out.append("</time></td></tr>");
    }

    @Override
    public void end(StringBuilder out, View view, String next) {
        ending.write(out, Map.of("pages", next == null ? ""
                : "<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\""
                        + Markup.text(next) + "\">Next page</a></nav>\n"));
    }

    @Override
    public String contentSecurityPolicy() {
        return POLICY;
    }

    @Override
    public long maxEntries() {
        return MAX_ENTRIES;
    }

    /** A page that says something, in a folder's place. */
    String message(String path, String title, String text) {
        StringBuilder out = new StringBuilder();
        message.write(out, Map.of("title", Markup.text(title), "text", Markup.text(text),
                "root", root(path), "icon", assets.icon(), "style", assets.style()));
        return out.toString();
    }

    private static boolean mayChange(View view, Right right) {
        return !view.isReadOnly() && view.may(right);
    }

    /** Of rights, and of what the script has to offer: m for moves, a for archives. */
    private static String letters(View view) {
        StringBuilder letters = new StringBuilder();
        for (Right right : Right.values()) {
            boolean reads = right == Right.READ || right == Right.LIST;
            if (reads ? view.may(right) : mayChange(view, right)) {
                letters.append(right.letter());
            }
        }
        boolean moves = view.canMove() && view.may(Right.READ) && mayChange(view, Right.WRITE)
                && mayChange(view, Right.DELETE);
        boolean archives = view.canArchive() && view.may(Right.READ) && view.may(Right.LIST);
        return letters.append(moves ? "m" : "").append(archives ? "a" : "").toString();
    }

    private static int depth(String path) {
        return (int) path.chars().filter(c -> c == '/').count() - 1;
    }

    /** The store's root, from a folder. */
    private static String root(String path) {
        return path.equals("/") ? "./" : "../".repeat(depth(path));
    }

    private static String[] names(String path) {
        return path.equals("/") ? new String[0] : path.substring(1).split("/");
    }

    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder("/");
        for (String name : names(path)) {
            encoded.append(PercentEncoding.encode(name)).append('/');
        }
        return encoded.toString();
    }

    /** The way from the root to a folder. */
    private static String crumbs(String path) {
        StringBuilder crumbs = new StringBuilder();
        String[] names = names(path);
        for (int i = 0; i <= names.length; i++) {
            int up = names.length - i;
            crumbs.append("<li><a href=\"").append(up == 0 ? "./" : "../".repeat(up)).append('"')
                    .append(up == 0 ? " aria-current=\"page\">" : ">")
                    .append(i == 0 ? "Files" : Markup.name(names[i - 1])).append("</a></li>");
        }
        return crumbs.toString();
    }

    /** A size for people, in powers of ten; the script writes it in the browser's language. */
    private static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.5) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value,
                UNITS[unit]);
    }
}
