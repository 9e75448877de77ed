package io.millrace.content;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Media types by the extension of a file name: those of the IANA registry, or common usage where it
 * has none. Text types say UTF-8.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class MediaTypes {

    /** The type for an unknown extension. */
    public static final String UNKNOWN = "application/octet-stream";

    private static final String UTF_8 = "; charset=utf-8";

    private static final Map<String, String> BY_ENDING = new HashMap<>();

    static {
        // Text.
        add("text/plain", "txt log conf cfg ini diff patch properties");
        add("text/html", "html htm");
        add("text/css", "css");
        add("text/csv", "csv");
        add("text/tab-separated-values", "tsv");
        add("text/javascript", "js mjs"); // RFC 9239
        add("text/markdown", "md markdown"); // RFC 7763
        add("text/calendar", "ics");
        add("text/vcard", "vcf");
        add("text/vtt", "vtt");
        add("text/x-python", "py");
        add("text/x-java", "java");
        add("text/x-rust", "rs");
        add("text/x-go", "go");
        add("text/x-c", "c h cpp hpp cc");
        add("application/x-sh", "sh");
        add("application/json", "json map");
        add("application/geo+json", "geojson");
        add("application/ld+json", "jsonld");
        add("application/jsonl", "jsonl ndjson");
        add("application/manifest+json", "webmanifest");
        add("application/xml", "xml pom xsd xsl");
        add("application/xhtml+xml", "xhtml");
        add("application/atom+xml", "atom");
        add("application/rss+xml", "rss");
        add("application/gpx+xml", "gpx");
        add("application/vnd.google-earth.kml+xml", "kml");
        add("application/yaml", "yaml yml"); // RFC 9512
        add("application/toml", "toml");
        add("application/sql", "sql");
        add("application/rtf", "rtf");
        add("application/x-tex", "tex");
        // Documents.
        add("application/pdf", "pdf");
        add("application/postscript", "ps eps");
        add("application/epub+zip", "epub");
        add("application/msword", "doc");
        add("application/vnd.ms-excel", "xls");
        add("application/vnd.ms-powerpoint", "ppt");
        String office = "application/vnd.openxmlformats-officedocument.";
        add(office + "wordprocessingml.document", "docx");
        add(office + "spreadsheetml.sheet", "xlsx");
        add(office + "presentationml.presentation", "pptx");
        add("application/vnd.oasis.opendocument.text", "odt");
        add("application/vnd.oasis.opendocument.spreadsheet", "ods");
        add("application/vnd.oasis.opendocument.presentation", "odp");
        // Archives, packages and programs.
        add("application/zip", "zip");
        add("application/gzip", "gz tgz");
        add("application/zstd", "zst");
        add("application/x-tar", "tar");
        add("application/x-7z-compressed", "7z");
        add("application/x-xz", "xz txz");
        add("application/x-bzip2", "bz2 tbz2");
        add("application/x-brotli", "br");
        add("application/vnd.rar", "rar");
        add("application/java-archive", "jar war");
        add("application/java-vm", "class");
        add("application/vnd.debian.binary-package", "deb");
        add("application/x-rpm", "rpm");
        add("application/vnd.android.package-archive", "apk");
        add("application/x-apple-diskimage", "dmg");
        add("application/vnd.efi.iso", "iso");
        add("application/vnd.microsoft.portable-executable", "exe dll");
        add("application/x-msi", "msi");
        add("application/wasm", "wasm");
        add("application/x-bittorrent", "torrent");
        add("application/pgp-signature", "asc sig");
        add("application/pgp-keys", "pgp");
        // Data.
        add("application/vnd.apache.parquet", "parquet");
        add("application/vnd.apache.arrow.file", "arrow");
        add("application/vnd.sqlite3", "sqlite sqlite3");
        add("application/x-hdf5", "h5 hdf5");
        add("application/cbor", "cbor");
        // Images.
        add("image/png", "png");
        add("image/apng", "apng");
        add("image/jpeg", "jpg jpeg");
        add("image/gif", "gif");
        add("image/webp", "webp");
        add("image/avif", "avif");
        add("image/heic", "heic");
        add("image/heif", "heif");
        add("image/jxl", "jxl");
        add("image/jp2", "jp2");
        add("image/bmp", "bmp");
        add("image/tiff", "tiff tif");
        add("image/svg+xml", "svg");
        add("image/vnd.microsoft.icon", "ico");
        add("image/vnd.adobe.photoshop", "psd");
        add("image/vnd.djvu", "djvu");
        // Sound.
        add("audio/mpeg", "mp3");
        add("audio/mp4", "m4a");
        add("audio/aac", "aac");
        add("audio/ogg", "ogg oga opus");
        add("audio/wav", "wav");
        add("audio/flac", "flac");
        add("audio/webm", "weba");
        add("audio/midi", "mid midi");
        add("audio/aiff", "aif aiff");
        // Films, and what streaming is made of.
        add("video/mp4", "mp4 m4v");
        add("video/webm", "webm");
        add("video/quicktime", "mov");
        add("video/matroska", "mkv"); // RFC 9559
        add("video/ogg", "ogv");
        add("video/mpeg", "mpg mpeg");
        add("video/mp2t", "ts");
        add("video/iso.segment", "m4s");
        add("video/x-msvideo", "avi");
        add("application/vnd.apple.mpegurl", "m3u8");
        add("application/dash+xml", "mpd");
        // Fonts.
        add("font/woff", "woff");
        add("font/woff2", "woff2");
        add("font/ttf", "ttf");
        add("font/otf", "otf");
        add("font/collection", "ttc");
        // Models.
        add("model/stl", "stl");
        add("model/obj", "obj");
        add("model/x-ply", "ply");
        add("model/gltf-binary", "glb");
        add("model/gltf+json", "gltf");
        add("model/3mf", "3mf");
        add("model/step", "step stp");
    }

    private static final int LONGEST_ENDING =
            BY_ENDING.keySet().stream().mapToInt(String::length).max().getAsInt();

    private MediaTypes() {
    }

    private static void add(String type, String endings) {
        for (String ending : endings.split(" ")) {
            BY_ENDING.put(ending, type.startsWith("text/") ? type + UTF_8 : type);
        }
    }

    /**
     * The value of {@code Content-Type} for a file name; case-insensitive.
     *
     * @return {@link #UNKNOWN} if the extension is missing or unknown
     */
    public static String of(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || name.length() - dot - 1 > LONGEST_ENDING) {
            return UNKNOWN;
        }
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return BY_ENDING.getOrDefault(ending, UNKNOWN);
    }
}
