package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Flags that are made when somebody asks for them, and names that are none for a reason. */
class FlagSourceTest {

    private static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "d", "where");
    private static final Flag<String> NAME = Flag.of("--name", FlagType.FOLDER, "n", "who");
    private static final Flags FLAGS =
            new Flags("run", "").with("All", DIR).with(new Source("--name", NAME, "--secret"))
                    .with(new Source("--late", Flags.HELP, "--key"));

    private static final class Source extends FlagSource {

        private final String name;
        private final Flag<?> flag;
        private final String secret;

        Source(String name, Flag<?> flag, String secret) {
            this.name = name;
            this.flag = flag;
            this.secret = secret;
        }

        @Override
        public Flag<?> named(String asked) {
            return asked.equals(name) ? flag : null;
        }

        @Override
        public void addTo(Map<String, List<Flag<?>>> groups) {
            Flags.add(groups, "All", flag);
        }

        @Override
        public String refusal(String asked) {
            return asked.equals(secret) ? "it would be seen: write it into a file" : null;
        }

        @Override
        public boolean isVariable(String variable) {
            return variable.equals("MILLRACE_" + secret.substring(2).toUpperCase());
        }
    }

    @Test
    void flagOfASourceIsReadAndShownBehindTheOthersOfItsTitle() throws Exception {
        assertEquals("x", FLAGS.parse(List.of("--name", "x")).of(NAME));
        assertEquals(List.of(DIR, NAME, Flags.HELP), FLAGS.all());
        assertEquals(List.of(DIR, NAME, Flags.HELP), FLAGS.all(), "the second time, too");
    }

    @Test
    void nameThatIsNoFlagForAReasonIsRefusedWithIt() {
        for (String name : new String[] {"--secret", "--key"}) {
            assertEquals(name + ": it would be seen: write it into a file",
                    assertThrows(CommandException.class, () -> FLAGS.parse(List.of(name + "=x")))
                            .getMessage());
        }
    }

    @Test
    void variableOfASourceIsNoFlagsAndOneWithAReasonIsIgnoredWithIt() throws Exception {
        List<String> warnings = new ArrayList<>();
        Environment.read(Map.of("MILLRACE_KEY", "x"), FLAGS, warnings::add);
        assertEquals(List.of(), warnings);
        Flags refusing = new Flags("run", "").with(new FlagSource() {
            @Override
            public Flag<?> named(String name) {
                return null;
            }

            @Override
            public void addTo(Map<String, List<Flag<?>>> groups) {
                // No flag at all.
            }

            @Override
            public String refusal(String name) {
                return "write it into a file";
            }
        });
        Environment.read(Map.of("MILLRACE_SECRET", "x"), refusing, warnings::add);
        assertEquals(List.of("MILLRACE_SECRET is ignored: write it into a file"), warnings);
    }
}
