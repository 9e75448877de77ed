package io.millrace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a program can check of how the code is written. Each rule is a function of sources and
 * returns its breaches, each with file and line; none reads a file.
 *
 * <p>Threads: any.
 */
final class HouseRules {

    static final int COLUMNS = 100;
    static final int LINES = 400;
    /** Two live in a package that has more files. */
    static final int FILES_OF_SERVER = 29;

    private static final Pattern ROOM =
            Pattern.compile("\\bio\\.millrace\\.((?:[a-z][a-z0-9]*\\.)*)[A-Z*]");
    private static final Pattern SHARED = Pattern.compile("\\b(?:volatile|synchronized|VarHandle"
            + "|Atomic(?:Boolean|Integer|Long|Reference|Markable|Stamped)\\w*"
            + "|(?:Long|Double)(?:Adder|Accumulator)|LockSupport|(?:Read|Write|ReadWrite)?Lock"
            + "|ReentrantLock|ReentrantReadWriteLock|StampedLock|locks\\.Condition|newCondition"
            + "|Semaphore|CountDownLatch|CyclicBarrier|Phaser|Exchanger"
            + "|Concurrent(?:HashMap|Map|Linked\\w+|Skip\\w+|Navigable\\w+)|CopyOnWrite\\w+"
            + "|\\w*(?:Blocking|Transfer|Delay|Synchronous)(?:Queue|Deque)"
            + "|(?:Inheritable)?ThreadLocal)\\b"
            + "|(?<![.\\w])(?:this\\s*\\.\\s*)?(?:wait|notify|notifyAll)\\s*\\(");
    private static final Pattern LOGGER =
            Pattern.compile("\\bSystem\\s*(?:\\.|::)\\s*getLogger\\b");
    private static final Pattern CONSOLE = Pattern.compile("\\bSystem\\s*\\.\\s*(?:out|err)\\b");
    private static final Pattern STACK_TRACE = Pattern.compile("\\bprintStackTrace\\b");
    private static final Pattern SLEEP =
            Pattern.compile("\\bsleep\\s*\\(|::\\s*sleep\\b|\\.\\s*sleep\\s*;");
    private static final Pattern THREAD = Pattern.compile("\\bnew\\s+Thread\\s*\\(");
    private static final Pattern DAEMON =
            Pattern.compile("\\.setDaemon\\(true\\)|\\.addShutdownHook\\(");
    private static final Pattern CATCH = Pattern.compile("\\bcatch\\s*\\(([^)]*)\\)\\s*\\{");
    private static final Pattern EMPTY = Pattern.compile("[\\s;]*\\}");
    private static final Pattern PUBLIC_TYPE = Pattern.compile("(?m)^ *public "
            + "(?:(?:static|final|abstract|sealed|non-sealed|strictfp) )*"
            + "(?:class|interface|enum|record|@interface) (\\w+)");
    private static final Pattern ANNOTATIONS =
            Pattern.compile("(?s)(?:\\s|@\\w+(?:\\([^()]*\\))?)*$");
    private static final Pattern CITED =
            Pattern.compile("(?i)\\bdecisions?(?:\\.md)?[`)]* ([0-9]+(?:(?:, | and )[0-9]+)*)");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?[\\w.]+\\.(\\w+);$");
    private static final Pattern DECIDED = Pattern.compile("(?m)^([0-9]+)\\. \\*\\*");

    private HouseRules() {
    }

    /**
     * What each package may import: all that stands behind it in the chains, however far.
     *
     * @throws IllegalArgumentException if the chains run in a circle
     */
    static Map<String, Set<String>> below(List<String> chains) {
        Map<String, Set<String>> next = new TreeMap<>();
        for (String chain : chains) {
            String[] rooms = chain.split(" > ");
            for (int i = 0; i < rooms.length; i++) {
                next.computeIfAbsent(rooms[i], room -> new TreeSet<>());
                if (i > 0) {
                    next.get(rooms[i - 1]).add(rooms[i]);
                }
            }
        }
        List<String> circle = circle(next);
        if (!circle.isEmpty()) {
            throw new IllegalArgumentException("a circle: " + circle);
        }
        Map<String, Set<String>> below = new TreeMap<>();
        for (String room : next.keySet()) {
            Set<String> reached = new TreeSet<>();
            reach(room, next, reached);
            below.put(room, reached);
        }
        return below;
    }

    private static void reach(String room, Map<String, Set<String>> next, Set<String> reached) {
        for (String other : next.get(room)) {
            if (reached.add(other)) {
                reach(other, next, reached);
            }
        }
    }

    /** The packages of ours that the file names in its code, its own left out. */
    private static Map<String, Integer> named(SourceText file) {
        Map<String, Integer> rooms = new TreeMap<>();
        Matcher matcher = ROOM.matcher(file.code);
        while (matcher.find()) {
            String room = matcher.group(1).replaceAll("\\.$", "");
            if (!room.equals(file.room())) {
                rooms.putIfAbsent(room, matcher.start());
            }
        }
        return rooms;
    }

    static List<String> packageOrder(SourceText file, Map<String, Set<String>> below) {
        List<String> breaches = new ArrayList<>();
        Set<String> allowed = below.get(file.room());
        if (allowed == null) {
            return file.type().equals("module-info") ? breaches
                    : List.of(file.at(0, "the package has no place in the order"));
        }
        named(file).forEach((room, index) -> {
            if (!allowed.contains(room)) {
                breaches.add(file.at(index, file.room() + " is not above " + room));
            }
        });
        return breaches;
    }

    /** At most one circle: a second one shows when the first is gone. */
    static List<String> circles(Collection<SourceText> files) {
        Map<String, Set<String>> next = new TreeMap<>();
        for (SourceText file : files) {
            next.computeIfAbsent(file.room(), room -> new TreeSet<>())
                    .addAll(named(file).keySet());
        }
        List<String> circle = circle(next);
        return circle.isEmpty() ? circle : List.of("packages in a circle: " + circle);
    }

    private static List<String> circle(Map<String, Set<String>> next) {
        Set<String> done = new HashSet<>();
        for (String room : next.keySet()) {
            List<String> found = circle(room, next, new LinkedHashSet<>(), done);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static List<String> circle(String room, Map<String, Set<String>> next,
            LinkedHashSet<String> path, Set<String> done) {
        if (!path.add(room)) {
            List<String> circle = new ArrayList<>(path);
            return circle.subList(circle.indexOf(room), circle.size());
        }
        if (!done.contains(room)) {
            for (String other : next.getOrDefault(room, Set.of())) {
                List<String> found = circle(other, next, path, done);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        path.remove(room);
        done.add(room);
        return List.of();
    }

    static List<String> columns(SourceText file) {
        List<String> breaches = new ArrayList<>();
        int index = 0;
        for (String line : file.text.split("\n", -1)) {
            int columns = line.codePointCount(0, line.length());
            if (columns > COLUMNS) {
                breaches.add(file.at(index, columns + " columns"));
            }
            index += line.length() + 1;
        }
        return breaches;
    }

    static List<String> lines(SourceText file) {
        long lines = file.text.lines().count();
        return file.isMain() && lines > LINES
                ? List.of(file.path + ": " + lines + " lines") : List.of();
    }

    /** Imports of what is named nowhere else in the file, not even in its Javadoc, or twice. */
    static List<String> needlessImports(SourceText file) {
        List<String> breaches = new ArrayList<>();
        Set<String> imports = new HashSet<>();
        String code = IMPORT.matcher(file.code).replaceAll("");
        Matcher found = IMPORT.matcher(file.code);
        while (found.find()) {
            Pattern name = Pattern.compile("\\b" + found.group(1) + "\\b");
            if (!imports.add(found.group())) {
                breaches.add(file.at(found.start(), "stands twice: " + found.group()));
            } else if (!name.matcher(code).find() && !name.matcher(file.comments).find()) {
                breaches.add(file.at(found.start(), "is not needed: " + found.group()));
            }
        }
        return breaches;
    }

    static List<String> filesOfServer(Collection<SourceText> files) {
        long count = files.stream()
                .filter(file -> file.path.startsWith("core/src/main/java/io/millrace/server/")
                        && file.room().equals("server")).count();
        return count > FILES_OF_SERVER ? List.of("server: " + count + " files") : List.of();
    }

    /** @param allowed names of types, each with its reason */
    static List<String> sharing(SourceText file, Map<String, String> allowed) {
        return !file.isMain() || allowed.containsKey(file.type()) ? List.of()
                : file.all(file.code, SHARED, "threads meet in a file not named for it");
    }

    /** Names that are allowed what they no longer need. */
    static Set<String> needless(Collection<SourceText> files, Map<String, String> allowed) {
        return needless(files, allowed, SHARED);
    }

    private static Set<String> needless(Collection<SourceText> files, Map<String, String> allowed,
            Pattern need) {
        Set<String> needless = new TreeSet<>(allowed.keySet());
        for (SourceText file : files) {
            if (file.isMain() && need.matcher(file.code).find()) {
                needless.remove(file.type());
            }
        }
        return needless;
    }

    /** Packages that the chains name and that have no file. */
    static Set<String> needless(Collection<SourceText> files, List<String> chains) {
        Set<String> needless = new TreeSet<>(below(chains).keySet());
        files.forEach(file -> needless.remove(file.room()));
        return needless;
    }

    /** @param allowed names of types, each with its reason */
    static List<String> loggers(SourceText file, Map<String, String> allowed) {
        return !file.isMain() || allowed.containsKey(file.type()) ? List.of()
                : file.all(file.code, LOGGER, "logs past SafeLog");
    }

    /** Names that are allowed a logger and no longer have one. */
    static Set<String> needlessLoggers(Collection<SourceText> files, Map<String, String> allowed) {
        return needless(files, allowed, LOGGER);
    }

    static List<String> console(SourceText file) {
        List<String> breaches = new ArrayList<>();
        if (file.isCore()) {
            breaches.addAll(file.all(file.code, CONSOLE, "core prints"));
            breaches.addAll(file.all(file.code, STACK_TRACE, "core prints"));
        }
        return breaches;
    }

    /** @param allowed names of types, each with its reason */
    static List<String> sleeps(SourceText file, Map<String, String> allowed) {
        return allowed.containsKey(file.type()) ? List.of()
                : file.all(file.code, SLEEP, "sleeps");
    }

    /**
     * A thread that an application doesn't know of must not keep its process from its end.
     *
     * @param allowed names of types, each with its reason
     */
    static List<String> threads(SourceText file, Map<String, String> allowed) {
        boolean isBenchmark = file.path.startsWith("jmh/");
        boolean areDaemons = DAEMON.matcher(file.code).find();
        return !file.isMain() || isBenchmark || areDaemons || allowed.containsKey(file.type())
                ? List.of()
                : file.all(file.code, THREAD, "starts a thread that is no daemon");
    }

    /** Names that are allowed such a thread and no longer have one. */
    static Set<String> needlessThreads(Collection<SourceText> files, Map<String, String> allowed) {
        return needless(files, allowed, THREAD);
    }

    /**
     * A block with a comment alone is fine: it says why nothing is done. An empty statement says
     * nothing.
     */
    static List<String> swallowed(SourceText file) {
        List<String> breaches = new ArrayList<>();
        Matcher matcher = CATCH.matcher(file.code);
        while (matcher.find()) {
            if (matcher.group(1).strip().endsWith(" ignored")
                    || EMPTY.matcher(file.text).region(matcher.end(), file.text.length())
                            .lookingAt()) {
                breaches.add(file.at(matcher.start(), "swallowed: " + matcher.group()));
            }
        }
        return breaches;
    }

    /**
     * Types that say {@code public}; those that an interface makes public without the word are
     * left to doclint. A type within another is as old as that one. Benchmarks are no API.
     */
    static List<String> publicTypes(SourceText file, Set<String> exported) {
        List<String> breaches = new ArrayList<>();
        Matcher matcher = PUBLIC_TYPE.matcher(file.code);
        while (file.isMain() && !file.path.startsWith("jmh/") && matcher.find()) {
            String before = file.text.substring(0, matcher.start());
            Matcher annotations = ANNOTATIONS.matcher(before);
            String above = annotations.find() ? before.substring(0, annotations.start()) : before;
            int start = above.lastIndexOf("/**");
            if (!above.endsWith("*/") || start < 0) {
                breaches.add(file.at(matcher.start(), matcher.group(1) + " has no Javadoc"));
            } else if (exported.contains(file.room()) && !matcher.group().startsWith(" ")
                    && !above.substring(start).contains("@since ")) {
                breaches.add(file.at(matcher.start(), matcher.group(1) + " has no @since"));
            }
        }
        return breaches;
    }

    static Set<Integer> decisions(String page) {
        Set<Integer> numbers = new TreeSet<>();
        Matcher matcher = DECIDED.matcher(page);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        return numbers;
    }

    /** Two branches that are merged may have taken one number, or each have a decision. */
    static List<String> decidedTwice(String page) {
        Set<String> numbers = new HashSet<>();
        return DECIDED.matcher(page).results().map(found -> found.group(1))
                .filter(number -> !numbers.add(number))
                .map(number -> "there are two decisions " + number).toList();
    }

    /** A decision is looked for by its number, so each stands behind the smaller ones. */
    static List<String> decidedOutOfOrder(String page) {
        List<Integer> numbers = DECIDED.matcher(page).results()
                .map(found -> Integer.valueOf(found.group(1))).toList();
        return IntStream.range(1, numbers.size())
                .filter(i -> numbers.get(i) < numbers.get(i - 1))
                .mapToObj(i -> "decision " + numbers.get(i) + " stands behind "
                        + numbers.get(i - 1)).toList();
    }

    /** How often comments or a page cite a decision. */
    static List<Integer> cited(String text) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = CITED.matcher(text.replaceAll("\\s*\n\\s*(?:\\*|//)?\\s*", " "));
        while (matcher.find()) {
            for (String number : matcher.group(1).split(", | and ")) {
                numbers.add(Integer.valueOf(number));
            }
        }
        return numbers;
    }

    static List<String> unknownDecisions(String path, String text, Set<Integer> known) {
        return cited(text).stream().filter(number -> !known.contains(number))
                .map(number -> path + ": there is no decision " + number).toList();
    }
}
