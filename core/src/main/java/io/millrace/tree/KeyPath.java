package io.millrace.tree;

import io.millrace.http.HttpException;

/**
 * The path of a request, read as the name of an object or of a folder.
 *
 * <p>A path has one spelling: without empty segments and dot segments. Under a second one nothing
 * is served or changed, as the rules of a proxy in front may not know it. Threads: any, immutable.
 *
 * @param key what the path names; null if it has no segment, or several in a flat store
 * @param hasSlash whether a slash follows the last segment, as behind the name of a folder
 * @param canonical the path in its one spelling
 */
public record KeyPath(Key key, boolean hasSlash, String canonical) {

    /**
     * Reads a path.
     *
     * @throws HttpException 400 if a segment can't be a safe name, {@code ..} never is, or if there
     *     is more of it than the limits say
     */
    public static KeyPath of(String path, KeyLimits limits) throws HttpException {
        if (!path.startsWith("/")) {
            return new KeyPath(null, false, path); // asterisk-form or authority-form
        }
        if (path.indexOf('/', 1) < 0 && path.length() > 1) {
            String segment = path.substring(1);
            if (!Key.isDot(segment)) {
                return new KeyPath(Key.ofSegment(segment, limits), false, path);
            }
        }
        return ofSegments(path, limits);
    }

    private static KeyPath ofSegments(String path, KeyLimits limits) throws HttpException {
        StringBuilder canonical = new StringBuilder(path.length());
        StringBuilder name = new StringBuilder(path.length());
        int segments = 0;
        boolean hasSlash = false;
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            hasSlash = segment.isEmpty() || Key.isDot(segment);
            if (!hasSlash) {
                canonical.append('/').append(segment);
                name.append(segments == 0 ? "" : "/").append(Key.decode(segment, limits));
                segments++;
            }
            start = end + 1;
        }
        if (segments == 0) {
            return new KeyPath(null, true, "/");
        }
        limits.check(name.toString(), segments);
        Key key = new Key(name.toString(), canonical.substring(1));
        if (limits.flat()) {
            return new KeyPath(segments > 1 ? null : key, false, canonical.toString());
        }
        return new KeyPath(key, hasSlash, hasSlash ? canonical + "/" : canonical.toString());
    }

    /** The path of the object of this name. */
    public String objectPath() {
        return '/' + key.sent();
    }

    /**
     * The path that rights are about: decoded, in its one spelling and without its first slash;
     * empty for the store's own folder, and for what has no key.
     */
    public String scope() {
        String name = key == null ? "" : key.name();
        return hasSlash && !name.isEmpty() ? name + '/' : name;
    }
}
