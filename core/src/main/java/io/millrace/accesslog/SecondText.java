package io.millrace.accesslog;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times of day as text, made once a second.
 *
 * <p>Threads: the access log's.
 */
final class SecondText {

    private final DateTimeFormatter format;
    private long second;
    /** That of the second; null before the first. */
    private String text;

    SecondText(String pattern) {
        format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    String of(long epochSecond) {
        if (text == null || second != epochSecond) {
            second = epochSecond;
            text = format.format(Instant.ofEpochSecond(epochSecond));
        }
        return text;
    }
}
