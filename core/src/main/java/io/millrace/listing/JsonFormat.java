package io.millrace.listing;

import io.millrace.json.JsonText;

/**
 * A listing as JSON (RFC 8259): an object whose entries stand in a line each. The shape is
 * documented in docs/http.md, as programs read it. Threads: any.
 */
final class JsonFormat implements Format { // decision 161

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void begin(StringBuilder out, String path) {
        out.append("{\"path\":");
        JsonText.string(out, path);
        out.append(",\"entries\":[");
    }

    @Override
    public void entry(StringBuilder out, ListedEntry entry, boolean isFirst) {
        out.append(isFirst ? "\n{\"name\":" : ",\n{\"name\":");
        JsonText.string(out, entry.name());
        out.append(",\"type\":").append(entry.isFolder() ? "\"folder\"" : "\"file\"");
        if (!entry.isFolder()) {
            out.append(",\"size\":").append(entry.sizeBytes());
        }
        if (entry.modified() != null) { // decision 336
            out.append(",\"time\":\"").append(entry.modified()).append('"');
        }
        if (entry.etag() != null) {
            out.append(",\"etag\":");
            JsonText.string(out, entry.etag());
        }
        out.append('}');
    }

    @Override
    public void end(StringBuilder out, String next) {
        out.append("\n],\"next\":");
        if (next == null) {
            out.append("null");
        } else {
            JsonText.string(out, next);
        }
        out.append("}\n");
    }
}
