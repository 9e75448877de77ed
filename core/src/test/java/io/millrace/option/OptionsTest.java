package io.millrace.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    private static final OptionSet ALL = new OptionSet();
    private static final OptionGroup SIZES = ALL.group("Sizes");

    private static final Option<Integer> HEAD = SIZES.number("head", "bytes", 2048, 16, 1 << 20)
            .sets("largest head").because("it fits").flag("--head");
    private static final Option<Integer> LINE = SIZES.number("line", "bytes", 1000, 1, 1 << 20)
            .atMost(HEAD).sets("longest line").because("it fits").flag("--line");
    private static final Option<Long> BODY = SIZES.number("body", "bytes", Long.MAX_VALUE, 0,
            Long.MAX_VALUE).sets("largest body").because("it fits").flag("--body");
    private static final Option<Duration> WAIT = SIZES.time("wait", Duration.ofSeconds(1),
            Duration.ofMillis(1), Duration.ofDays(1)).sets("longest wait").because("it fits")
            .flag("--wait");
    private static final Option<String> TOKEN = SIZES.object("token", String.class, (String) null)
            .rule(token -> token.isEmpty() ? "must not be empty" : null).secret()
            .sets("token").because("it fits").noFlag("it is a secret");
    private static final Option<List<String>> NAMES = SIZES
            .<List<String>>object("names", List.class, List.of("a")).sets("names")
            .because("it fits").noFlag("it is a list");

    private static final class Values extends Options {

        Values(Setter setter) {
            super(setter);
        }
    }

    private static final class Setter extends Options.Builder<Setter> {

        Setter() {
            super(ALL);
        }

        Values build() {
            return new Values(this);
        }
    }

    @Test
    void optionsAreInTheOrderOfTheirDeclaration() {
        assertEquals(List.of(HEAD, LINE, BODY, WAIT, TOKEN, NAMES), ALL.all());
        assertThrows(UnsupportedOperationException.class, () -> ALL.all().clear());
    }

    @Test
    void withoutValuesEachOptionHasItsDefault() {
        Values values = new Setter().build();
        assertEquals(2048, values.get(HEAD));
        assertNull(values.get(TOKEN));
        assertEquals(values, new Setter().build());
        assertEquals(values.hashCode(), new Setter().build().hashCode());
        assertNotEquals(values, new Setter().set(HEAD, 16).build());
    }

    @Test
    void valueOutOfRangeIsRefusedWithTheOption() {
        Setter setter = new Setter().set(HEAD, 15);
        OptionException refused = assertThrows(OptionException.class, setter::build);
        assertEquals("head must be in [16, 1048576]: 15", refused.getMessage());
        assertSame(HEAD, refused.option());
        assertNull(refused.bound());
        assertEquals("must be in [16, 1048576]", refused.violation());
    }

    @Test
    void valuePastAnotherOptionsIsRefusedWithBoth() {
        assertEquals(16, new Setter().set(HEAD, 16).set(LINE, 16).build().get(LINE));
        Setter setter = new Setter().set(HEAD, 16).set(LINE, 17);
        OptionException refused = assertThrows(OptionException.class, setter::build);
        assertEquals("line must be at most head: 17", refused.getMessage());
        assertSame(HEAD, refused.bound());
    }

    @Test
    void defaultFollowsTheOptionThatBoundsIt() {
        assertEquals(16, new Setter().set(HEAD, 16).build().get(LINE));
    }

    @Test
    void valueThatIsMissingIsRefusedByName() {
        Setter setter = new Setter().set(WAIT, null);
        assertEquals("wait",
                assertThrows(NullPointerException.class, setter::build).getMessage());
    }

    @Test
    void secretIsInNoText() {
        Setter wrong = new Setter().set(TOKEN, "");
        assertEquals("token must not be empty",
                assertThrows(OptionException.class, wrong::build).getMessage());
        assertEquals("Values[head=2 KiB, line=1000, body=unlimited, wait=1 s, token=set, "
                        + "names=[a]]",
                new Setter().set(TOKEN, "s3cret").build().toString());
        assertTrue(new Setter().build().toString().contains("token=none"));
    }

    @Test
    void listIsCopied() {
        List<String> names = new ArrayList<>(List.of("b"));
        Values values = new Setter().set(NAMES, names).build();
        names.add("c");
        assertEquals(List.of("b"), values.get(NAMES));
    }

    @Test
    void optionOfAnotherSetIsRefused() {
        Option<Integer> other = new OptionSet().group("Other").number("other", "", 1, 0, 2)
                .sets("other").because("other").flag("--other");
        assertThrows(IllegalArgumentException.class, () -> new Setter().set(other, 1));
        Values values = new Setter().build();
        assertThrows(IllegalArgumentException.class, () -> values.get(other));
        OptionSet longer = new OptionSet();
        Option<Boolean> behind = null;
        for (int i = 0; i <= ALL.all().size(); i++) {
            behind = longer.group("Other").toggle("other" + i).sets("other").because("other")
                    .noFlag("other");
        }
        Option<Boolean> last = behind;
        assertThrows(IllegalArgumentException.class, () -> values.get(last));
    }

    @Test
    void declarationIsReadBack() {
        Option<Long> size = new OptionSet().group("Limits")
                .number("size", "bytes", 0L, 0L, Long.MAX_VALUE).sets("largest size")
                .because("disks are full soon").standardText("what fits").alias("off", 0L)
                .flag("--size");
        assertEquals(List.of("Limits", "size", Long.class, "largest size", "bytes", 0L,
                "what fits", "disks are full soon", Map.of("off", 0L), "--size", "size"),
                List.of(size.group(), size.name(), size.type(), size.purpose(), size.unit(),
                        size.standard(), size.standardText(), size.reason(), size.aliases(),
                        size.flag(), size.toString()));
        assertNull(size.noFlag());
        assertFalse(size.isSecret());
        assertNull(TOKEN.flag());
        assertEquals("it is a secret", TOKEN.noFlag());
        assertTrue(TOKEN.isSecret());
        assertEquals("2 KiB", HEAD.standardText());
    }

    @Test
    void switchesAndEmptySetsAreThereForPeople() {
        OptionGroup group = new OptionSet().group("Other");
        Option<Boolean> toggle = group.toggle("fast").sets("hurry").because("it is calm")
                .flag("--fast");
        assertEquals("off", toggle.standardText());
        assertEquals("on", toggle.text(true));
        Option<Set<String>> names = group.<Set<String>>object("names", Set.class, Set.of())
                .sets("names").because("there are none").noFlag("it is a set");
        assertEquals("none", names.standardText());
        assertEquals("[a]", names.text(Set.of("a")));
    }

    @Test
    void rangeIsThereForPeople() {
        assertEquals("16 to 1 MiB", HEAD.range());
        assertEquals("1 to 1 MiB, at most head", LINE.range());
        assertEquals("from 0", BODY.range());
        assertEquals("1 ms to 1 day", WAIT.range());
        assertEquals("", NAMES.range());
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0 s", "PT0.001S, 1 ms", "PT1.5S, 1500 ms", "PT60S, 60 s", "PT5M, 5 min",
            "PT1H, 1 h", "PT24H, 1 day", "PT48H, 2 days", "PT0.0000001S, PT0.0000001S"})
    void timeIsThereForPeople(Duration time, String text) {
        assertEquals(text, WAIT.text(time));
    }

    // The setters of a server stand in a class that other packages can't see.
    @Test
    void setterOfAServerCanBeAReferenceInAnotherPackage() {
        BiFunction<ServerOptions.Builder, Integer, ServerOptions.Builder> setter =
                ServerOptions.Builder::workers;
        assertEquals(3, setter.apply(ServerOptions.builder(), 3).build().workers());
    }
}
