package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a file in {@code Content-Disposition} (RFC 6266). Threads: any. */
final class FileName {

    /** The loop is possessive: any other takes a stack as deep as a name is long. */
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(?<name>filename\\*?)\\s*=\\s*(?:\"(?<quoted>(?:[^\"\\\\]|\\\\.)*+)\""
                    + "|(?<token>[^\\s;\"]+))", Pattern.CASE_INSENSITIVE);
    private static final String UTF_8 = "utf-8'";

    private FileName() {
    }

    /**
     * The name, without a path before it.
     *
     * @param field null if there is none
     * @return null if there is none that can be read
     */
    static String of(String field) {
        if (field == null) {
            return null;
        }
        String plain = null;
        String extended = null;
        Matcher parameter = PARAMETER.matcher(field);
        while (parameter.find()) {
            String quoted = parameter.group("quoted");
            String token = parameter.group("token");
            if (!parameter.group("name").endsWith("*")) {
                plain = quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : token;
            } else if (token != null) {
                extended = decoded(token);
            }
        }
        // RFC 6266 s4.3: filename* comes first; a recipient drops what looks like a path.
        String name = extended != null ? extended : plain;
        return name == null ? null
                : name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    /** RFC 8187 section 3.2.1. */
    private static String decoded(String value) {
        int language = value.toLowerCase(Locale.ROOT).startsWith(UTF_8)
                ? value.indexOf('\'', UTF_8.length()) : -1;
        if (language < 0) {
            return null;
        }
        try {
            return PercentEncoding.decode(value, language + 1, value.length());
        } catch (HttpException e) {
            return null; // the plain one may do
        }
    }
}
