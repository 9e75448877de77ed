package io.millrace.app;

import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the value of a flag looks like.
 *
 * <p>Threads: any.
 *
 * @param placeholder what stands for the value in the help; empty if the flag needs none
 * @param read the value of a text; IllegalArgumentException, with what is allowed, if it has none
 * @param show a text that {@code read} turns into this value
 */
record Kind<T>(String placeholder, Function<String, T> read, Function<T, String> show) {

    static final Kind<String> FOLDER = new Kind<>("FOLDER", Kind::any, text -> text);

    static final Kind<String> FILE = new Kind<>("FILE", Kind::any, text -> text);

    static final Kind<String> HOST = new Kind<>("ADDRESS", Kind::any, text -> text);

    static final Kind<List<Place>> PLACES = new Kind<>("ADDRESS:PORT", Place::list,
            places -> places.stream().map(Place::toString).collect(Collectors.joining(",")));

    /** Permissions of a file in octal, or "system", which is none. */
    static final Kind<Set<PosixFilePermission>> MODE = new Kind<>("MODE", Kind::mode, Kind::octal);

    static final Kind<Boolean> SWITCH = new Kind<>("", Kind::trueOrFalse, String::valueOf);

    static final Kind<Long> SIZE = new Kind<>("SIZE", Units::parseSize, Units::exactSize);

    /** A size, or "unlimited", which is Long.MAX_VALUE. */
    static final Kind<Long> LIMIT = new Kind<>("SIZE", Kind::limit,
            bytes -> bytes == Long.MAX_VALUE ? "unlimited" : Units.exactSize(bytes));

    static final Kind<Duration> TIME =
            new Kind<>("TIME", Units::parseDuration, Units::exactDuration);

    /** A whole number whose range somebody else checks. */
    static final Kind<Long> NUMBER =
            new Kind<>("N", text -> number(text, 0, Long.MAX_VALUE, "a number"), String::valueOf);

    /** A whole number from min to max. */
    static Kind<Long> numberIn(long min, long max) {
        String allowed = "a number in [" + min + ", " + max + "]";
        return new Kind<>("N", text -> number(text, min, max, allowed), String::valueOf);
    }

    /** A time from min to max. */
    static Kind<Duration> timeIn(Duration min, Duration max) {
        return new Kind<>("TIME", text -> {
            Duration value = Units.parseDuration(text);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException("in [" + Units.exactDuration(min) + ", "
                        + Units.exactDuration(max) + "]");
            }
            return value;
        }, Units::exactDuration);
    }

    /** One of the constants, in any case; shown as written by a function of its name. */
    static <E extends Enum<E>> Kind<E> oneOf(E[] constants, UnaryOperator<String> written) {
        List<String> names = Stream.of(constants).map(c -> written.apply(c.name())).toList();
        return new Kind<>(String.join("|", names), text -> {
            for (E constant : constants) {
                if (written.apply(constant.name()).equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(String.join(" or ", names));
        }, constant -> written.apply(constant.name()));
    }

    private static String any(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("given");
        }
        return text;
    }

    private static Set<PosixFilePermission> mode(String text) {
        if (text.equals("system")) {
            return Set.of();
        }
        if (!text.matches("0?[0-7]{3}") || text.matches("0+")) {
            throw new IllegalArgumentException("an octal mode such as 660, or system");
        }
        int bits = Integer.parseInt(text, 8);
        return Stream.of(PosixFilePermission.values()).filter(p -> (bits & bit(p)) != 0)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(PosixFilePermission.class)));
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int bits = permissions.stream().mapToInt(Kind::bit).sum();
        return bits == 0 ? "system" : String.format("%03o", bits);
    }

    /** The permissions' order is that of {@code rwxrwxrwx}. */
    private static int bit(PosixFilePermission permission) {
        return 0400 >> permission.ordinal();
    }

    private static boolean trueOrFalse(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    private static long limit(String text) {
        if (text.equals("unlimited")) {
            return Long.MAX_VALUE;
        }
        try {
            return Units.parseSize(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(wrong.getMessage() + ", or unlimited", wrong);
        }
    }

    private static long number(String text, long min, long max, String allowed) {
        // Long.parseLong would also take a sign and the digits of other scripts.
        if (text.matches("[0-9]{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw new IllegalArgumentException(allowed);
    }
}
