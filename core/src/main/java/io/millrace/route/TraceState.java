package io.millrace.route;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The list of what tracing systems have to say to themselves. Threads: any. */
final class TraceState {

    /** What has to be passed on at least (Trace Context s3.3.1.5); the rest is cut off. */
    static final int MOST_CHARS = 512;
    /** A list of more is malformed (s3.3.1.1). */
    static final int MOST_MEMBERS = 32;
    // S3.3.1.3: a key, of a tenant perhaps; and printable text without a comma or another sign.
    private static final Pattern MEMBER = Pattern.compile(
            "[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]");

    private TraceState() {
    }

    /**
     * The list of these field lines, as far as it is passed on.
     *
     * @return null if it is empty or malformed
     */
    static String of(List<String> lines) {
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            for (String element : line.split(",")) {
                String member = element.strip();
                if (member.isEmpty()) {
                    continue;
                }
                if (members.size() == MOST_MEMBERS || !MEMBER.matcher(member).matches()) {
                    return null;
                }
                members.add(member);
            }
        }
        String joined = String.join(",", members);
        while (joined.length() > MOST_CHARS) {
            members.remove(members.size() - 1); // the oldest
            joined = String.join(",", members);
        }
        return joined.isEmpty() ? null : joined;
    }
}
