package io.millrace.testkit;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cookies of one client of one host (RFC 6265 section 5): by name and path, those that are
 * {@code Secure} only for requests that are.
 *
 * <p>Threads: one at a time.
 */
final class CookieJar {

    /** By name and path. */
    private final Map<String, Cookie> cookies = new LinkedHashMap<>();

    private record Cookie(String name, String value, String path, boolean isSecure) {

        boolean goesTo(TestRequest request) {
            String to = request.path();
            boolean below = to.equals(path) || to.startsWith(path)
                    && (path.endsWith("/") || to.charAt(path.length()) == '/');
            return below && (!isSecure || request.connection().isSecure());
        }
    }

    /** The request with the cookies that go to it. */
    TestRequest into(TestRequest request) {
        String sent = cookies.values().stream().filter(cookie -> cookie.goesTo(request))
                .map(cookie -> cookie.name + "=" + cookie.value)
                .collect(Collectors.joining("; "));
        return sent.isEmpty() ? request : request.header("Cookie", sent);
    }

    /** Keeps what a response sets, and drops what it takes back. */
    void keep(TestRequest request, Headers headers) {
        headers.all("Set-Cookie").forEach(line -> keep(request, line));
    }

    private void keep(TestRequest request, String line) {
        String[] parts = line.split(";");
        int equals = parts[0].indexOf('=');
        if (equals <= 0) {
            return; // RFC 6265 s5.2: ignored
        }
        String name = parts[0].substring(0, equals).strip();
        String path = folder(request.path());
        boolean isSecure = false;
        boolean isOver = false;
        boolean hasMaxAge = false;
        for (int i = 1; i < parts.length; i++) {
            String attribute = parts[i].strip();
            int at = attribute.indexOf('=');
            String value = at < 0 ? "" : attribute.substring(at + 1).strip();
            switch ((at < 0 ? attribute : attribute.substring(0, at)).toLowerCase(Locale.ROOT)) {
                case "path" -> path = value.startsWith("/") ? value : folder(request.path());
                case "secure" -> isSecure = true;
                case "max-age" -> {
                    hasMaxAge = true; // before Expires, whichever comes first
                    isOver = value.startsWith("-") || value.equals("0");
                }
                case "expires" -> isOver = hasMaxAge ? isOver : isPast(value);
                default -> { } // HttpOnly and SameSite mean nothing here; there is one Domain
            }
        }
        String key = name + ";" + path;
        if (isOver) {
            cookies.remove(key);
        } else {
            cookies.put(key, new Cookie(name, parts[0].substring(equals + 1).strip(), path,
                    isSecure));
        }
    }

    private static boolean isPast(String date) {
        long second = HttpDate.parse(date);
        return second != HttpDate.NONE && second <= System.currentTimeMillis() / 1000;
    }

    /** RFC 6265 s5.1.4: the default path of a cookie. */
    private static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }
}
