package io.millrace.store;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Media types by the end of a file's name. A store does not know what is in its objects: the table
 * is small, and whoever gets an object is told not to guess either. Threads: any, it never changes.
 */
final class ContentTypes {

    static final String UNKNOWN = "application/octet-stream";

    /** The longest ending in the table. */
    private static final int MAX_ENDING_CHARS = 5;

    private static final Map<String, String> BY_ENDING = new HashMap<>();

    static {
        add("text/plain", "txt", "log", "md");
        add("text/html", "html", "htm");
        add("text/css", "css");
        add("text/csv", "csv");
        add("text/javascript", "js", "mjs"); // RFC 9239
        add("application/json", "json", "map");
        add("application/xml", "xml");
        add("application/pdf", "pdf");
        add("application/wasm", "wasm");
        add("application/zip", "zip");
        add("application/gzip", "gz", "tgz");
        add("application/zstd", "zst");
        add("application/x-tar", "tar");
        add("application/java-archive", "jar");
        add("image/png", "png");
        add("image/jpeg", "jpg", "jpeg");
        add("image/gif", "gif");
        add("image/webp", "webp");
        add("image/avif", "avif");
        add("image/svg+xml", "svg");
        add("image/x-icon", "ico");
        add("audio/mpeg", "mp3");
        add("audio/ogg", "ogg");
        add("audio/wav", "wav");
        add("audio/flac", "flac");
        add("video/mp4", "mp4");
        add("video/webm", "webm");
        add("font/woff", "woff");
        add("font/woff2", "woff2");
        add("font/ttf", "ttf");
    }

    private ContentTypes() {
    }

    private static void add(String type, String... endings) {
        for (String ending : endings) {
            BY_ENDING.put(ending, type);
        }
    }

    /** The media type of an object of this name. */
    static String of(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || name.length() - dot - 1 > MAX_ENDING_CHARS) {
            return UNKNOWN;
        }
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return BY_ENDING.getOrDefault(ending, UNKNOWN);
    }
}
