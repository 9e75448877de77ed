package io.millrace.listing;

import io.millrace.http.PercentEncoding;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * A listing as HTML: one line for each entry, a link, the time and the size, as nginx writes them.
 * The shape is documented in docs/http.md, as programs read it. Threads: any.
 */
final class HtmlFormat implements Format { // decision 161

    /** So wide is the column of the names, if they have no more characters. */
    private static final int NAME_COLUMN = 50;
    private static final int TIME_COLUMN = "01-Jan-1970 00:00".length();
    private static final int SIZE_COLUMN = 20;
    private static final String[] MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
        "Sep", "Oct", "Nov", "Dec"};

    @Override
    public String mediaType() {
        return "text/html; charset=utf-8";
    }

    @Override
    public void begin(StringBuilder out, String path) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<title>Index of ");
        text(out, path);
        // Isolated, as a name in it may turn the direction of what stands beside it.
        out.append("</title>\n</head>\n<body>\n<h1>Index of <bdi>");
        text(out, path);
        out.append("</bdi></h1>\n<pre>\n");
        if (!path.equals("/")) {
            out.append("<a href=\"../\">../</a>\n");
        }
    }

    @Override
    public void entry(StringBuilder out, ListedEntry entry, boolean isFirst) {
        String slash = entry.isFolder() ? "/" : "";
        out.append("<a href=\"").append(PercentEncoding.encode(entry.name())).append(slash)
                .append('"');
        if (!isAscii(entry.name())) {
            // Isolated, too: a name of right-to-left letters would swallow the columns behind it.
            out.append(" dir=\"auto\"");
        }
        out.append('>');
        text(out, entry.name());
        out.append(slash).append("</a>");
        pad(out, NAME_COLUMN - entry.name().length() - slash.length());
        out.append(' ');
        if (entry.modified() == null) {
            out.append('-');
            pad(out, TIME_COLUMN - 1); // decision 336
        } else {
            time(out, entry.modified());
        }
        String size = entry.isFolder() ? "-" : Long.toString(entry.sizeBytes());
        pad(out, SIZE_COLUMN - size.length());
        out.append(size).append('\n');
    }

    @Override
    public void end(StringBuilder out, String next) {
        out.append("</pre>\n");
        if (next != null) {
            out.append("<a href=\"");
            text(out, next);
            out.append("\" rel=\"next\">next</a>\n");
        }
        out.append("</body>\n</html>\n");
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) > 0x7e) {
                return false;
            }
        }
        return true;
    }

    private static void pad(StringBuilder out, int count) {
        for (int i = 0; i < count; i++) {
            out.append(' ');
        }
    }

    private static void time(StringBuilder out, Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        two(out, time.getDayOfMonth());
        out.append('-').append(MONTHS[time.getMonthValue() - 1]).append('-').append(time.getYear())
                .append(' ');
        two(out, time.getHour());
        out.append(':');
        two(out, time.getMinute());
    }

    private static void two(StringBuilder out, int number) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private static void text(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
    }
}
