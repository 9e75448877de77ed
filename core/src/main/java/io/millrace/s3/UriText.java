package io.millrace.s3;

import io.millrace.http.PercentEncoding;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;

/**
 * Keys and parameters in URIs, encoded as signatures want them: every byte but letters, digits and
 * {@code - . _ ~}, once.
 *
 * <p>Threads: any.
 */
final class UriText {

    private UriText() {
    }

    /** A key as a path: its slashes stay, empty segments too. */
    static String path(String key) {
        return PercentEncoding.encode(key).replace("%2F", "/");
    }

    /** Parameters in the order of their names; each has an equals sign. */
    static String query(SortedMap<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            query.append(query.length() == 0 ? "" : "&")
                    .append(PercentEncoding.encode(parameter.getKey())).append('=')
                    .append(PercentEncoding.encode(parameter.getValue()));
        }
        return query.toString();
    }

    /**
     * What an engine encoded in a list.
     *
     * @throws IllegalArgumentException for a malformed escape
     */
    static String decode(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text
                : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
