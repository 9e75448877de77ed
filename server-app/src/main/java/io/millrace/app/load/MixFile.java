package io.millrace.app.load;

import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a mix of requests from a file: a line for each kind, with its weight, its method and what
 * else there is to say as NAME=VALUE.
 *
 * <p>Threads: main.
 */
final class MixFile {

    /** More kinds than this are refused. */
    static final int MAX_KINDS = 100;

    private static final long MAX_BYTES = 1 << 20;
    private static final FlagType<Long> WEIGHT = FlagType.numberIn(1, 1_000_000);
    private static final FlagType<Method> METHOD = ChoiceType.ofNames(Method.class);

    private final Path file;
    private final LoadTarget target;
    private final Set<Integer> accepted;
    private int lineNumber;

    private MixFile(Path file, LoadTarget target, Set<Integer> accepted) {
        this.file = file;
        this.target = target;
        this.accepted = accepted;
    }

    /**
     * The kinds that a file lists.
     *
     * @param target whose path holds for lines without one
     * @param accepted status codes that hold for lines without some
     * @throws CommandException with the number of the line that is wrong
     */
    static List<RequestKind> read(Path file, LoadTarget target, Set<Integer> accepted)
            throws CommandException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw CommandException.failure(file + " is longer than 1 MiB");
            }
            return new MixFile(file, target, accepted).kinds(Files.readAllLines(file));
        } catch (IOException e) {
            throw CommandException.unreadable(file, e);
        }
    }

    private List<RequestKind> kinds(List<String> lines) throws CommandException {
        List<RequestKind> kinds = new ArrayList<>();
        for (String line : lines) {
            lineNumber++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                kinds.add(kind(text.split("\\s+")));
            }
            if (kinds.size() > MAX_KINDS) {
                throw wrong("more than " + MAX_KINDS + " kinds of requests");
            }
        }
        if (kinds.isEmpty()) {
            throw CommandException.usage(file + " has no line such as 1 GET keys=100");
        }
        return kinds;
    }

    private RequestKind kind(String[] words) throws CommandException {
        if (words.length < 2) {
            throw wrong("a line is WEIGHT METHOD [NAME=VALUE...]: " + words[0]);
        }
        long weight = value("the weight", words[0], WEIGHT);
        Method method = value("the method", words[1], METHOD);
        LoadTarget kindTarget = target;
        long keys = RequestKind.KEY_PER_CONNECTION;
        SizeRange size = null;
        Set<Integer> codes = accepted;
        for (String word : List.of(words).subList(2, words.length)) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? "" : word.substring(0, equals)) {
                case "path" -> kindTarget = target.withPath(value("path", value, PathType.TYPE));
                case "keys" -> keys = value("keys", value, LoadFlags.KEYS.kind());
                case "size" -> size = value("size", value, SizeRange.TYPE);
                case "accept" -> codes = value("accept", value, StatusCodes.TYPE);
                default -> throw wrong("use path=, keys=, size= or accept=: " + word);
            }
        }
        if (method.hasBody() && size == null) {
            throw wrong(method + " needs a size, such as size=" + Units.exactSize(40_000_000));
        }
        return new RequestKind(weight, method, kindTarget, keys, size, codes);
    }

    private <T> T value(String name, String text, FlagType<T> type) throws CommandException {
        try {
            return type.read(text);
        } catch (IllegalArgumentException wrong) {
            throw wrong(name + " must be " + wrong.getMessage() + ": " + text);
        }
    }

    private CommandException wrong(String what) {
        return CommandException.usage(file + ":" + lineNumber + ": " + what);
    }
}
