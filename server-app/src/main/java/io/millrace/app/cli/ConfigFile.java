package io.millrace.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads flags from a file: {@code port = 8080} on a line is {@code --port 8080}. A {@code #} at the
 * begin of a line or behind a space makes the rest a comment. A value in double quotes may have
 * spaces at its ends and such a {@code #}; in it, {@code \"} is a quote and {@code \\} a backslash.
 *
 * <p>Threads: main.
 */
public final class ConfigFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final Flags flags;
    private final Map<String, Setting> settings = new HashMap<>();
    private int line;

    private ConfigFile(Path file, Flags flags) {
        this.file = file;
        this.flags = flags;
    }

    /**
     * The settings of a file, by the names of their flags.
     *
     * @throws CommandException if it can't be read, or with the number of the first wrong line
     */
    public static Map<String, Setting> read(Path file, Flags flags) throws CommandException {
        ConfigFile reading = new ConfigFile(file, flags);
        reading.readAll(text(file));
        return reading.settings;
    }

    /** A value as a line of a file has it: in quotes if it wouldn't be read back without. */
    public static String quotedIfNeeded(String value) {
        boolean plain = !value.isEmpty() && value.strip().equals(value)
                && value.charAt(0) != '"' && value.charAt(0) != '\''
                && comment(value, 0) == value.length();
        return plain ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String text(Path file) throws CommandException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw CommandException.failure("there is no configuration file " + file);
        } catch (AccessDeniedException e) {
            throw CommandException.failure("the configuration file " + file
                    + " can't be read by this user: chown or chmod it");
        } catch (IOException e) {
            throw CommandException.failure(
                    "the configuration file " + file + " can't be read: " + e.getMessage());
        }
        if (bytes.length > MAX_BYTES) {
            throw CommandException.usage(
                    "the configuration file " + file + " is larger than 1 MiB");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw CommandException.usage("the configuration file " + file + " is not UTF-8");
        }
    }

    private void readAll(String text) throws CommandException {
        int from = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        for (String next : text.substring(from).split("\n", -1)) {
            line++;
            String stripped = next.strip();
            if (!stripped.isEmpty() && stripped.charAt(0) != '#') {
                readLine(stripped);
            }
        }
    }

    private void readLine(String text) throws CommandException {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw wrong("the line must be KEY = VALUE, or a comment that begins with #");
        }
        String key = text.substring(0, equals).strip();
        Flag<?> flag = flags.inFile("--" + key);
        if (flag == null) {
            String refusal = flags.refusal("--" + key);
            if (refusal != null) {
                throw wrong(key + ": " + refusal);
            }
            String near = flags.nearest("--" + key, Flags.HELP, Flags.CONFIG);
            throw wrong("unknown key " + key
                    + (near == null ? "" : ": did you mean " + near.substring(2) + "?"));
        }
        String value = value(key, text.substring(equals + 1).strip());
        String name = file + ":" + line + ": " + key;
        flag.read(name, value);
        Setting before = settings.get(flag.name());
        if (before != null && !flag.kind().isList()) {
            throw wrong(key + " is set twice, first in " + before.origin());
        }
        settings.put(flag.name(), before == null ? new Setting(value, file + ":" + line, name)
                : before.and(value));
    }

    private String value(String key, String text) throws CommandException {
        if (text.startsWith("\"")) {
            return quoted(key, text);
        }
        if (text.startsWith("'")) {
            throw wrong(key + " must have double quotes, or none");
        }
        int end = comment(text, 0);
        String value = text.substring(0, end).strip();
        if (value.isEmpty()) {
            throw wrong(key + " needs a value");
        }
        return value;
    }

    private String quoted(String key, String text) throws CommandException {
        StringBuilder value = new StringBuilder();
        int at = 1;
        while (at < text.length() && text.charAt(at) != '"') {
            boolean escaped = text.charAt(at) == '\\' && at + 1 < text.length()
                    && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '\\');
            at += escaped ? 1 : 0;
            value.append(text.charAt(at));
            at++;
        }
        if (at == text.length()) {
            throw wrong(key + " lacks the quote at the end of its value");
        }
        if (!text.substring(at + 1, Math.max(at + 1, comment(text, at + 1))).isBlank()) {
            throw wrong(key + " has text behind its quoted value: write \\\" for a quote in it");
        }
        return value.toString();
    }

    /** Where the comment begins: at a # behind a space; the end of the text if there is none. */
    private static int comment(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '#' && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) {
                return i;
            }
        }
        return text.length();
    }

    private CommandException wrong(String message) {
        return CommandException.usage(file + ":" + line + ": " + message);
    }
}
