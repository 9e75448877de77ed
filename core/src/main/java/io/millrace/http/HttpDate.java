package io.millrace.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The dates of HTTP (RFC 9110 section 5.6.7). Threads: any. */
public final class HttpDate {

    private static final String DAYS = "ThuFriSatSunMonTueWed";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final long SECONDS_PER_DAY = 86_400;

    private HttpDate() {
    }

    /**
     * A time as an IMF-fixdate, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. Written by hand: it is
     * on the way of every response, and a formatter would be most of the time that a server takes to
     * start.
     *
     * @param epochSeconds seconds since 1970, from year 0 to 9999
     */
    public static String format(long epochSeconds) {
        long day = Math.floorDiv(epochSeconds, SECONDS_PER_DAY);
        int second = (int) Math.floorMod(epochSeconds, SECONDS_PER_DAY);
        LocalDateTime date = LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC);
        int weekday = 3 * (int) Math.floorMod(day, 7L);
        int month = 3 * (date.getMonthValue() - 1);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS, weekday, weekday + 3).append(", ");
        twoDigits(text, date.getDayOfMonth()).append(' ');
        text.append(MONTHS, month, month + 3).append(' ');
        twoDigits(text, date.getYear() / 100);
        twoDigits(text, date.getYear() % 100).append(' ');
        twoDigits(text, second / 3600).append(':');
        twoDigits(text, second / 60 % 60).append(':');
        return twoDigits(text, second % 60).append(" GMT").toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, int value) {
        return text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }

    /**
     * Reads a date in any of the three forms that a recipient has to accept.
     *
     * @param now seconds since 1970, which decides the century of a two-digit year
     * @return seconds since 1970, or {@link Long#MIN_VALUE} if it is no date: a field with such a
     *     value is ignored
     */
    public static long parse(String text, long now) {
        for (DateTimeFormatter form : Forms.ALL) {
            try {
                LocalDateTime date = LocalDateTime.parse(text, form);
                if (form == Forms.RFC850) {
                    date = withCentury(date, now);
                }
                return date.toEpochSecond(ZoneOffset.UTC);
            } catch (DateTimeException notThisForm) {
                continue;
            }
        }
        return Long.MIN_VALUE;
    }

    // RFC 9110 s5.6.7: a year that appears to be more than 50 years in the future is in the past.
    private static LocalDateTime withCentury(LocalDateTime date, long now) {
        LocalDateTime latest = LocalDateTime.ofInstant(Instant.ofEpochSecond(now), ZoneOffset.UTC)
                .plusYears(50);
        int year = date.getYear() % 100 + latest.getYear() / 100 * 100;
        LocalDateTime dated = date.withYear(year);
        return dated.isAfter(latest) ? dated.minusYears(100) : dated;
    }

    /** Loaded by the first request that has a date. */
    private static final class Forms {

        static final DateTimeFormatter RFC850 = form("EEEE, dd-MMM-yy HH:mm:ss 'GMT'");
        static final DateTimeFormatter[] ALL = {
            form("EEE, dd MMM uuuu HH:mm:ss 'GMT'"),
            RFC850,
            form("EEE MMM ppd HH:mm:ss uuuu"),
        };

        private static DateTimeFormatter form(String pattern) {
            return DateTimeFormatter.ofPattern(pattern, Locale.US);
        }
    }
}
