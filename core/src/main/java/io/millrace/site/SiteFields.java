package io.millrace.site;

import io.millrace.content.MediaTypes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The header fields that a site sends with its files. Threads: any, immutable.
 *
 * @param rules the first that matches counts
 * @param common sent with each file
 */
record SiteFields(List<Rule> rules, Response common) {

    /** Right for whatever changes: a browser asks each time, and gets a 304 mostly. */
    static final String DEFAULT = "no-cache"; // decision 430

    /** Which files get which {@code Cache-Control}. */
    record Rule(Pattern pattern, boolean isOfPath, String cacheControl) {

        private boolean matches(String name) {
            return pattern.matcher(isOfPath ? '/' + name
                    : name.substring(name.lastIndexOf('/') + 1)).matches();
        }
    }

    /**
     * A rule.
     *
     * @param pattern with {@code *} for any characters but a slash, and {@code **} for any
     */
    static Rule rule(String pattern, String cacheControl) {
        boolean isOfPath = pattern.startsWith("/");
        if (pattern.isEmpty() || !isOfPath && pattern.contains("/")) {
            throw new IllegalArgumentException("a pattern begins with a slash, as /assets/**, or"
                    + " has none, as *.css: \"" + pattern + '"');
        }
        Response.of(Status.OK).set("Cache-Control", cacheControl); // refuses what is no value
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < pattern.length()) {
            if (pattern.startsWith("**", at)) {
                regex.append(".*");
                at += 2;
            } else if (pattern.charAt(at) == '*') {
                regex.append("[^/]*");
                at++;
            } else {
                int star = pattern.indexOf('*', at);
                int end = star < 0 ? pattern.length() : star;
                regex.append(Pattern.quote(pattern.substring(at, end)));
                at = end;
            }
        }
        return new Rule(Pattern.compile(regex.toString(), Pattern.DOTALL), isOfPath, cacheControl);
    }

    /**
     * The response for a file, without its body and validators.
     *
     * @param name of the file itself, whatever its coding
     * @param coding of this variant
     * @param hasVariants whether there are others
     */
    Response of(String name, String coding, boolean hasVariants) {
        Response fields = common.set("Content-Type", MediaTypes.of(name))
                .set("Cache-Control", cacheControl(name));
        if (!coding.equals(SiteVariant.IDENTITY)) {
            fields = fields.set("Content-Encoding", coding);
        }
        return hasVariants ? fields.add("Vary", "Accept-Encoding") : fields;
    }

    private String cacheControl(String name) {
        for (Rule rule : rules) {
            if (rule.matches(name)) {
                return rule.cacheControl();
            }
        }
        return DEFAULT;
    }
}
