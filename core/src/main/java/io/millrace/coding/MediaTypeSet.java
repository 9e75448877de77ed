package io.millrace.coding;

import java.util.Locale;
import java.util.Set;

/** The media types whose content is worth compressing. Threads: any, immutable. */
final class MediaTypeSet {

    /** Beside {@code text/*}, {@code +json} and {@code +xml}. */
    static final Set<String> DEFAULTS = Set.of("application/json", "application/jsonl",
            "application/x-ndjson", "application/json-seq", "application/javascript",
            "application/xml", "application/xml-dtd", "application/yaml", "application/toml",
            "application/sql", "application/graphql", "application/rtf", "application/postscript",
            "application/wasm", "application/x-sh", "application/x-tex", "application/x-tar",
            "application/x-www-form-urlencoded", "application/vnd.ms-fontobject", "font/ttf",
            "font/otf", "image/bmp", "image/vnd.microsoft.icon", "image/x-icon");
    // Each stream would keep its memory for as long as its client stays. // decision 401
    private static final String EVENTS = "text/event-stream";

    private final Set<String> types;

    MediaTypeSet(Set<String> types) {
        this.types = Set.copyOf(types);
    }

    /**
     * Whether content of a type is compressed.
     *
     * @param contentType the field's value, with its parameters or not; null if there is none
     */
    boolean contains(String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = (end < 0 ? contentType : contentType.substring(0, end)).trim()
                .toLowerCase(Locale.ROOT);
        return types.contains(type) || type.startsWith("text/") && !type.equals(EVENTS)
                || type.endsWith("+json") || type.endsWith("+xml");
    }
}
