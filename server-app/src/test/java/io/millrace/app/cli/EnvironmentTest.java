package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

    private static final Flag<Long> PORT =
            Flag.of("--port", FlagType.numberIn(1, 9), 1L, "the port");
    private static final Flag<String> TOKENS =
            Flag.of("--token-file", FlagType.FILE, "", "tokens").standardText("none");
    private static final Flags FLAGS = new Flags("run", "run it\n")
            .with("All", PORT, TOKENS, Flags.CONFIG, Flags.HELP);

    private final List<String> warnings = new ArrayList<>();

    private Arguments read(Map<String, String> variables, String... args)
            throws CommandException {
        return FLAGS.parse(List.of(args))
                .over(Environment.read(variables, FLAGS, warnings::add));
    }

    @Test
    void variableSetsItsFlag() throws Exception {
        Arguments arguments = read(Map.of("MILLRACE_PORT", "8", "MILLRACE_TOKEN_FILE", "t",
                "MILLRACE_CONFIG", "a.conf", "PORT", "7", "MILLRACE", "6"));
        assertEquals(8L, arguments.of(PORT));
        assertEquals("t", arguments.of(TOKENS));
        assertEquals("a.conf", arguments.of(Flags.CONFIG));
        assertEquals("environment", arguments.originOf(PORT));
        assertEquals("MILLRACE_PORT", arguments.nameOf(PORT));
        assertEquals("MILLRACE_TOKEN_FILE", Environment.variable(TOKENS.name()));
        assertEquals(List.of(), warnings);
    }

    @Test
    void flagWinsOverTheVariable() throws Exception {
        assertEquals(3L, read(Map.of("MILLRACE_PORT", "8"), "--port", "3").of(PORT));
    }

    @Test
    void emptyVariableIsNotSet() throws Exception {
        assertFalse(read(Map.of("MILLRACE_PORT", "", "MILLRACE_PROT", "")).has(PORT));
        assertEquals(List.of(), warnings);
    }

    @Test
    void wrongValueIsRefusedByTheNameOfItsVariable() {
        CommandException refused = assertThrows(CommandException.class,
                () -> read(Map.of("MILLRACE_PORT", "10")));
        assertEquals("MILLRACE_PORT must be a number in [1, 9]: 10", refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "MILLRACE_PROT | unknown variable MILLRACE_PROT is ignored: did you mean MILLRACE_PORT?",
        "MILLRACE_TOKENFILE | unknown variable MILLRACE_TOKENFILE is ignored: did you mean "
            + "MILLRACE_TOKEN_FILE?",
        "MILLRACE_HELP | unknown variable MILLRACE_HELP is ignored",
        "MILLRACE_ | unknown variable MILLRACE_ is ignored",
        "MILLRACE_SOMETHING | unknown variable MILLRACE_SOMETHING is ignored"})
    void unknownVariableIsOneWarning(String name, String warning) throws Exception {
        assertFalse(read(Map.of(name, "8")).has(PORT));
        assertEquals(List.of(warning), warnings);
    }

    @Test
    void variablesOfAServiceCalledMillraceAreLeftOut() throws Exception {
        Arguments arguments = read(Map.of(
                "MILLRACE_SERVICE_HOST", "10.0.0.1",
                "MILLRACE_SERVICE_PORT", "8080",
                "MILLRACE_SERVICE_PORT_HTTP", "8080",
                "MILLRACE_ADMIN_SERVICE_HOST", "10.0.0.2",
                "MILLRACE_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "MILLRACE_PORT_8080_TCP_ADDR", "10.0.0.1",
                "MILLRACE_PORT", "tcp://10.0.0.1:8080"));
        assertFalse(arguments.has(PORT));
        assertEquals(List.of("MILLRACE_PORT is ignored: its value tcp://10.0.0.1:8080 comes from "
                + "Kubernetes, which enableServiceLinks: false stops"), warnings);
    }
}
