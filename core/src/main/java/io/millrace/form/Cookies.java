package io.millrace.form;

import io.millrace.http.RequestHead;
import io.millrace.http.Values;

/**
 * The cookies of a request as names and values (RFC 6265 sections 4.2 and 5.4).
 *
 * <pre>{@code
 * String session = Cookies.of(request).text("__Host-session", "");
 * }</pre>
 *
 * <p>Values are as the client sent them: quotes around one are part of it, and nothing is
 * percent-decoded. A pair that is malformed is left out, and refuses no request: any site of the
 * same domain can set one, and would lock the user out. Malformed is a pair without an equals sign,
 * with a name that is not a token, or with a value that has other characters than visible ones of
 * ASCII and spaces.
 *
 * <p>For the same reason there may be two cookies of one name, from another path or a parent
 * domain, in no order to rely on: {@link Values#text(String)} refuses them then. A name that begins
 * with {@code __Host-} rules that out: browsers take it only from this very host, and once.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Cookies { // decision 388

    private Cookies() {
    }

    /** Reads the cookies of a request, in the order sent; empty if there are none. */
    public static Values of(RequestHead request) {
        Values.Builder cookies = Values.builder("cookie");
        for (String line : request.headers().all("Cookie")) {
            int from = 0;
            while (from < line.length()) {
                int semicolon = line.indexOf(';', from);
                int to = semicolon < 0 ? line.length() : semicolon;
                add(line, from, to, cookies);
                from = to + 1;
            }
        }
        return cookies.build();
    }

    private static void add(String line, int from, int to, Values.Builder cookies) {
        int equals = from;
        while (equals < to && line.charAt(equals) != '=') { // no look at the rest of the line
            equals++;
        }
        if (equals == to) {
            return;
        }
        String name = line.substring(from, equals).strip();
        String value = line.substring(equals + 1, to).strip();
        if (HeaderText.isToken(name)
                && value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            cookies.add(name, value);
        }
    }
}
