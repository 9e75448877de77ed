package io.millrace.http;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates in HTTP's formats (RFC 9110 section 5.6.7).
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class HttpDate {

    private static final List<String> DAYS =
            List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS = List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun",
            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private static final long DAY_SECONDS = 86_400;
    /** The first day of 1970 was a Thursday. */
    private static final int FIRST_DAY = DAYS.indexOf("Thu");
    /** The year 0 begins, and the year 9999 ends. */
    private static final long FIRST = -62_167_219_200L;
    private static final long LAST = 253_402_300_799L;

    /**
     * The result of {@link #parse} for a text that is not a date. HTTP says to ignore a field with
     * such a value.
     */
    public static final long NONE = Long.MIN_VALUE;

    private HttpDate() {
    }

    /**
     * An IMF-fixdate, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. Times outside the years 0 to
     * 9999, which a file may have, become the nearest time inside.
     */
    public static String format(long epochSecond) {
        long second = Math.max(FIRST, Math.min(LAST, epochSecond));
        LocalDateTime date = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS.get(dayOfWeek(second))).append(", ");
        append(text, date.getDayOfMonth()).append(' ');
        text.append(MONTHS.get(date.getMonthValue() - 1)).append(' ');
        append(append(text, date.getYear() / 100), date.getYear() % 100).append(' ');
        append(text, date.getHour()).append(':');
        append(text, date.getMinute()).append(':');
        append(text, date.getSecond()).append(" GMT");
        return text.toString();
    }

    // Counted here: LocalDateTime makes formatters for it, which would delay the first response.
    private static int dayOfWeek(long epochSecond) {
        return Math.floorMod(Math.floorDiv(epochSecond, DAY_SECONDS) + FIRST_DAY, DAYS.size());
    }

    private static StringBuilder append(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /**
     * Seconds since 1970 of a date in any of the three formats; {@link #NONE} for anything else.
     */
    public static long parse(String text) {
        for (Pattern form : Forms.ALL) {
            Matcher date = form.matcher(text);
            if (date.matches()) {
                return epochSecond(date);
            }
        }
        return NONE;
    }

    private static long epochSecond(Matcher date) {
        int year = Integer.parseInt(date.group("year"));
        if (date.group("year").length() == 2) {
            // RFC 9110 s5.6.7: two digits are never more than 50 years in the future.
            int latest = LocalDateTime.now(ZoneOffset.UTC).getYear() + 50;
            year = latest - Math.floorMod(latest - year, 100);
        }
        try {
            return LocalDateTime.of(year,
                    MONTHS.indexOf(date.group("month")) + 1,
                    Integer.parseInt(date.group("day").strip()),
                    Integer.parseInt(date.group("hour")),
                    Integer.parseInt(date.group("minute")),
                    second(date.group("second")))
                    .toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return NONE; // well-formed, but no day of any calendar
        }
    }

    // Java's calendar doesn't have leap seconds, HTTP's does.
    private static int second(String text) {
        int second = Integer.parseInt(text);
        return second == 60 ? 59 : second;
    }

    /** Made when the first date is read: a server that only writes dates starts faster. */
    private static final class Forms {

        static final String DAY_NAME = "(?:" + String.join("|", DAYS) + ")";
        static final String MONTH = "(?<month>" + String.join("|", MONTHS) + ")";
        static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
        /** The form that is written, and the two old ones that a recipient must accept, too. */
        static final List<Pattern> ALL = List.of(
                Pattern.compile(DAY_NAME + ", (?<day>\\d\\d) " + MONTH + " (?<year>\\d{4}) " + TIME
                        + " GMT"),
                Pattern.compile("(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-"
                        + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT"),
                Pattern.compile(DAY_NAME + " " + MONTH + " (?<day>[ \\d]\\d) " + TIME
                        + " (?<year>\\d{4})"));
    }
}
