package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    private static final FlagType<List<String>> NAMES = new FlagType<>("NAME") {
        @Override
        public List<String> read(String text) {
            return List.of(text.split(","));
        }

        @Override
        public boolean isList() {
            return true;
        }
    };
    private static final Flag<Long> PORT =
            Flag.of("--port", FlagType.numberIn(1, 9), 1L, "the port");
    private static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "data", "where");
    private static final Flag<Boolean> FAST = Flag.toggle("--fast", "don't dawdle");
    private static final Flag<List<String>> HOST =
            Flag.of("--max-host", NAMES, List.of(), "names");
    private static final Flags FLAGS = new Flags("run", "run it\n")
            .with("All", PORT, DIR, FAST, HOST, Flags.CONFIG, Flags.HELP);

    @TempDir
    Path folder;

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("a.conf"), text);
    }

    private Arguments read(String text) throws Exception {
        return FLAGS.parse(List.of()).over(ConfigFile.read(write(text), FLAGS));
    }

    private void assertRefused(String message, String text) throws Exception {
        CommandException refused =
                assertThrows(CommandException.class, () -> read(text));
        assertEquals(folder.resolve("a.conf") + ":" + message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void eachLineSetsAFlagAndSaysWhereItStands() throws Exception {
        Arguments arguments = read("# a comment\n\nport = 8\n  dir=/srv/a b  \r\nfast = true\n");
        assertEquals(8L, arguments.of(PORT));
        assertEquals("/srv/a b", arguments.of(DIR));
        assertEquals(true, arguments.of(FAST));
        assertEquals(folder.resolve("a.conf") + ":3", arguments.originOf(PORT));
        assertEquals(folder.resolve("a.conf") + ":5", arguments.originOf(FAST));
        assertEquals("default", arguments.originOf(HOST));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "dir = a#b | a#b",
        "dir = a # b | a",
        "dir = a\t# b | a",
        "dir = a = b | a = b",
        "dir = a\"b | a\"b",
        "dir = \"a # b\" | a # b",
        "dir = \"a # b\" # c | a # b",
        "dir = \"a\"    | a",
        "dir = \" a \" | ~ a ~",
        "dir = \"a\\\"b\\\\c\" | a\"b\\c",
        "dir = \"C:\\data\" | C:\\data",
        "dir = C:\\data | C:\\data"})
    void valueEndsAtACommentUnlessItIsQuoted(String line, String value) throws Exception {
        assertEquals(value.strip(), read(line).of(DIR).strip());
        assertEquals(read(line).of(DIR),
                read("dir = " + ConfigFile.quotedIfNeeded(read(line).of(DIR))).of(DIR));
    }

    @Test
    void quotesKeepSpacesAtTheEnds() throws Exception {
        assertEquals(" a ", read("dir = \" a \"").of(DIR));
        assertEquals("\" a \"", ConfigFile.quotedIfNeeded(" a "));
        assertEquals("a b", ConfigFile.quotedIfNeeded("a b"));
    }

    @Test
    void keyThatIsAListMayBeRepeated() throws Exception {
        Arguments arguments = read("max-host = a\nport = 2\nmax-host = b,c\n");
        assertEquals(List.of("a", "b", "c"), arguments.of(HOST));
        assertEquals(folder.resolve("a.conf") + ":1", arguments.originOf(HOST));
    }

    @Test
    void flagsWinOverTheFile() throws Exception {
        Arguments arguments = FLAGS.parse(List.of("--port", "3", "--max-host", "x"))
                .over(ConfigFile.read(write("port = 8\nmax-host = a\ndir = d"), FLAGS));
        assertEquals(3L, arguments.of(PORT));
        assertEquals(List.of("x"), arguments.of(HOST));
        assertEquals("d", arguments.of(DIR));
        assertEquals("flag", arguments.originOf(PORT));
        assertEquals("--port", arguments.nameOf(PORT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "prot = 1 | 1: unknown key prot: did you mean port?",
        "max-hots = a | 1: unknown key max-hots: did you mean max-host?",
        "colour = red | 1: unknown key colour",
        "--port = 1 | 1: unknown key --port: did you mean port?",
        "config = b.conf | 1: unknown key config",
        "help = true | 1: unknown key help",
        "port | 1: the line must be KEY = VALUE, or a comment that begins with #",
        "= 1 | 1: the line must be KEY = VALUE, or a comment that begins with #",
        "[server] | 1: the line must be KEY = VALUE, or a comment that begins with #",
        "port = | 1: port needs a value",
        "port = # 1 | 1: port needs a value",
        "port = 10 | 1: port must be a number in [1, 9]: 10",
        "fast = yes | 1: fast must be true or false: yes",
        "dir = \"a | 1: dir lacks the quote at the end of its value",
        "dir = \"a\\\" | 1: dir lacks the quote at the end of its value",
        "dir = \"a\\ | 1: dir lacks the quote at the end of its value",
        "dir = \"a\"# c | 1: dir has text behind its quoted value: write \\\" for a quote in it",
        "dir = \"a\" b # c | 1: dir has text behind its quoted value: write \\\" for a quote in it",
        "dir = \"a\" b | 1: dir has text behind its quoted value: write \\\" for a quote in it",
        "dir = \"\" | 1: dir must be a text that is not blank: ''"})
    void wrongLineIsNamedByItsNumber(String line, String message) throws Exception {
        assertRefused(message, line);
        assertRefused(message.replaceFirst("1", "3"), "\n# a comment\n" + line + "\nport = x");
    }

    @Test
    void valueInSingleQuotesIsRefused() throws Exception {
        assertRefused("1: dir must have double quotes, or none", "dir = 'a b'");
    }

    @Test
    void keyThatIsNoListIsRefusedTheSecondTime() throws Exception {
        assertRefused("3: port is set twice, first in " + folder.resolve("a.conf") + ":1",
                "port = 1\n\nport = 1");
    }

    @Test
    void byteOrderMarkIsNoPartOfTheFirstKey() throws Exception {
        assertEquals(2L, read("\uFEFFport = 2").of(PORT));
    }

    @Test
    void fileOf1MiBIsReadAndALargerOneRefused() throws Exception {
        String comment = "#".repeat((1 << 20) - 9);
        assertEquals(2L, read("port = 2\n" + comment).of(PORT));
        CommandException refused = assertThrows(CommandException.class,
                () -> read("port = 2\n" + comment + "#"));
        assertEquals("the configuration file " + folder.resolve("a.conf")
                + " is larger than 1 MiB", refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf\u00e9"})
    void fileIsUtf8(String name) throws Exception {
        assertEquals(name, read("dir = " + name).of(DIR));
        Files.write(folder.resolve("a.conf"),
                ("dir = " + name).getBytes(StandardCharsets.ISO_8859_1));
        CommandException refused = assertThrows(CommandException.class,
                () -> ConfigFile.read(folder.resolve("a.conf"), FLAGS));
        assertEquals("the configuration file " + folder.resolve("a.conf") + " is not UTF-8",
                refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void missingFileIsNamed() {
        CommandException refused = assertThrows(CommandException.class,
                () -> ConfigFile.read(folder.resolve("none"), FLAGS));
        assertEquals("there is no configuration file " + folder.resolve("none"),
                refused.getMessage());
        assertEquals(1, refused.exitCode());
    }

    @Test
    void folderInPlaceOfAFileIsNamed() {
        CommandException refused = assertThrows(CommandException.class,
                () -> ConfigFile.read(folder, FLAGS));
        assertEquals("the configuration file " + folder + " can't be read: Is a directory",
                refused.getMessage());
    }

    @Test
    void emptyFileSetsNothing() throws Exception {
        assertEquals(Map.of(), ConfigFile.read(write(""), FLAGS));
        assertFalse(read("\n\n").has(PORT));
    }
}
