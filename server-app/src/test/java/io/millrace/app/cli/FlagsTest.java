package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlagsTest {

    private static final Flag<Long> SIZE = Flag.of("--size", QuantityType.SIZE, 40_000_000L,
            "how large");
    private static final Flag<Long> LIMIT = Flag.of("--limit", QuantityType.LIMIT, Long.MAX_VALUE,
            "most");
    private static final Flag<Long> PORT = Flag.of("--port", FlagType.numberIn(1, 9), 8L,
            "which door");
    private static final Flag<Duration> WAIT = Flag.of("--wait",
            QuantityType.timeIn(Duration.ofMillis(5), Duration.ofHours(1)), Duration.ofSeconds(1),
            "long");
    private static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "data", "where");
    private static final Flag<Boolean> FAST = Flag.toggle("--fast", "don't dawdle");
    private static final Flags FLAGS = new Flags("run", "run it\n")
            .with("All", SIZE, LIMIT, PORT, WAIT, DIR, FAST, Flags.HELP);

    @Test
    void withoutArgumentsEachFlagHasItsDefault() throws Exception {
        Arguments arguments = FLAGS.parse(List.of());
        assertEquals(40_000_000L, arguments.of(SIZE));
        assertEquals("data", arguments.of(DIR));
        assertFalse(arguments.of(FAST));
        assertFalse(arguments.has(SIZE));
    }

    @Test
    void helpHasAShortName() throws Exception {
        Flags flags = new Flags("x", "").with("Flags", Flags.HELP);
        assertEquals(true, flags.parse(List.of("-h")).of(Flags.HELP));
    }

    @Test
    void valueFollowsAsWordOrAfterEqualsSign() throws Exception {
        Arguments arguments = FLAGS.parse(List.of("--size", "1KB", "--dir=a=b", "--fast"));
        assertEquals(1000L, arguments.of(SIZE));
        assertEquals("a=b", arguments.of(DIR));
        assertTrue(arguments.of(FAST));
        assertTrue(arguments.has(SIZE));
        assertEquals("1KB", arguments.text(SIZE));
        assertNull(arguments.text(PORT));
    }

    @Test
    void switchCanBeGivenAValue() throws Exception {
        assertTrue(FLAGS.parse(List.of("--fast=true")).of(FAST));
        assertFalse(FLAGS.parse(List.of("--fast=false")).of(FAST));
        assertRefused("--fast must be true or false: yes", "--fast=yes");
    }

    @Test
    void switchTakesNoFollowingWord() throws Exception {
        assertEquals(List.of("false"), FLAGS.parse(List.of("--fast", "false")).words());
    }

    @Test
    void wordsBetweenFlagsAreKept() throws Exception {
        assertEquals(List.of("a", "b"),
                FLAGS.parse(List.of("a", "--size", "1", "b")).words());
    }

    @Test
    void lastOfTwoCounts() throws Exception {
        assertEquals(2L, FLAGS.parse(List.of("--size", "1", "--size=2")).of(SIZE));
    }

    @Test
    void limitMayBeUnlimited() throws Exception {
        assertEquals(5000L, FLAGS.parse(List.of("--limit", "5KB")).of(LIMIT));
        assertEquals(Long.MAX_VALUE, FLAGS.parse(List.of("--limit", "unlimited")).of(LIMIT));
        assertRefused("--size must be " + Units.SIZES + ": unlimited", "--size", "unlimited");
    }

    @Test
    void numberAtItsRangesEndsIsReadAndPastThemRefused() throws Exception {
        assertEquals(1L, FLAGS.parse(List.of("--port", "1")).of(PORT));
        assertEquals(9L, FLAGS.parse(List.of("--port", "9")).of(PORT));
        assertRefused("--port must be a number in [1, 9]: 0", "--port", "0");
        assertRefused("--port must be a number in [1, 9]: 10", "--port", "10");
        assertRefused("--port must be a number in [1, 9]: -1", "--port", "-1");
        assertRefused("--port must be a number in [1, 9]: ''", "--port=");
        assertRefused("--port must be a number in [1, 9]: 99999999999999999999",
                "--port", "99999999999999999999");
    }

    @Test
    void timeAtItsRangesEndsIsReadAndPastThemRefused() throws Exception {
        assertEquals(Duration.ofMillis(5), FLAGS.parse(List.of("--wait", "5ms")).of(WAIT));
        assertEquals(Duration.ofHours(1), FLAGS.parse(List.of("--wait", "60m")).of(WAIT));
        assertRefused("--wait must be in [5ms, 1h]: 4ms", "--wait", "4ms");
        assertRefused("--wait must be in [5ms, 1h]: 61m", "--wait", "61m");
        assertRefused("--wait must be " + Units.DURATIONS + ": soon", "--wait", "soon");
    }

    @Test
    void unknownFlagIsNamed() {
        assertRefused("unknown flag --sice: did you mean --size? See run --help", "--sice", "1");
        assertRefused("unknown flag --sice: did you mean --size? See run --help", "--sice=1");
        assertRefused("unknown flag --colour, see run --help", "--colour=red");
        assertRefused("unknown flag -s, see run --help", "-s");
    }

    @Test
    void missingValueIsSaid() {
        assertRefused("--size needs a value: --size SIZE", "--size");
        assertRefused("--size needs a value: --size SIZE", "--size", "--fast");
    }

    @Test
    void helpShowsEachFlagWithItsDefaultWithinItsColumns() {
        String help = FLAGS.help();
        assertTrue(help.startsWith("run it\n"), help);
        for (Flag<?> flag : FLAGS.all()) {
            assertTrue(help.contains("  " + flag.name()), flag.name());
            assertTrue(help.contains(flag.help()), flag.name());
        }
        assertTrue(help.contains("(default 40MB)"), help);
        assertTrue(help.contains("(default 1s)"), help);
        assertTrue(help.contains("(default unlimited)"), help);
        help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    // Texts begin in column 28, two spaces behind their flag, and end in column 100 at most.
    @Test
    void helpIsBrokenWhereAWordWouldPassItsLastColumn() {
        String fits = "x".repeat(62);
        String help = new Flags("run", "run it\n")
                .with("Names", Flag.of("--with-16-chars-", FlagType.FOLDER, "", "in the same line"),
                        Flag.of("--with-17-chars--", FlagType.FOLDER, "", "in the next line"))
                .with("Texts", Flag.of("--fits", FlagType.FOLDER, "", "at the end " + fits),
                        Flag.of("--passes", FlagType.FOLDER, "", "at the end " + fits + "x"),
                        Flag.of("--in", FlagType.FOLDER, "d".repeat(50), "with default"),
                        Flag.of("--to", FlagType.FOLDER, "d".repeat(51), "with default"))
                .help();
        String margin = " ".repeat(27);
        assertEquals("run it\n"
                + "\nNames:\n"
                + "  --with-16-chars- FOLDER  in the same line\n"
                + "  --with-17-chars-- FOLDER\n" + margin + "in the next line\n"
                + "\nTexts:\n"
                + "  --fits FOLDER            at the end " + fits + "\n"
                + "  --passes FOLDER          at the end\n" + margin + fits + "x\n"
                + "  --in FOLDER              with default (default " + "d".repeat(50) + ")\n"
                + "  --to FOLDER              with default\n" + margin
                + "(default " + "d".repeat(51) + ")\n"
                + "\nWrite --flag VALUE or --flag=VALUE.\n", help);
    }

    @Test
    void helpExplainsOnlyTheUnitsThatItsFlagsHave() {
        String none = new Flags("none", "run it\n").with("Flags", Flags.HELP).help();
        assertTrue(none.endsWith("\nWrite --flag VALUE or --flag=VALUE.\n"), none);
        assertFalse(none.contains("SIZE:") || none.contains("TIME:"), none);
        assertTrue(FLAGS.help().contains("\nSIZE: "), FLAGS.help());
    }

    private static void assertRefused(String message, String... args) {
        CommandException refused =
                assertThrows(CommandException.class, () -> FLAGS.parse(List.of(args)));
        assertEquals(message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }
}
