package io.millrace;

import static io.millrace.House.assertKept;
import static io.millrace.House.main;
import static io.millrace.House.test;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The rules of docs/contributing.md that a program can check, over the sources of all modules, but
 * for those of packages, threads and decisions, which have tests of their own. A rule is in
 * {@link HouseRules}; what it needs to know of this code is here; and each finds a breach that is
 * planted.
 */
class HouseRulesTest {

    /** Who writes log lines to loggers; everything else does so by SafeLog (decision 127). */
    private static final Map<String, String> LOGGING = Map.of(
            "SafeLog", "the log's own thread",
            "HttpServer", "the line that it listens names the caller",
            "Lines", "the program's own thread for lines",
            "ThreadEnd", "the thread that it writes on has ended");

    /** Whose threads are no daemons. */
    private static final Map<String, String> THREADS = Map.of(
            "HttpServer", "a server keeps its process until it is closed");

    @Test
    void linesHaveAtMost100Columns() {
        assertKept(HouseRules::columns);
    }

    @Test
    void lineOf101ColumnsIsFound() {
        assertEquals(List.of(), HouseRules.columns(test("x".repeat(100))));
        assertEquals(
                List.of("core/src/test/java/io/millrace/http/PlantedTest.java:2: 101 columns"),
                HouseRules.columns(test("x".repeat(101))));
    }

    @Test
    void filesOfMainHaveAtMost400Lines() {
        assertKept(HouseRules::lines);
    }

    @Test
    void fileOf401LinesIsFound() {
        assertEquals(List.of(), HouseRules.lines(main("http", "\n".repeat(399))));
        assertEquals(
                List.of("core/src/main/java/io/millrace/http/Planted.java: 401 lines"),
                HouseRules.lines(main("http", "\n".repeat(400))));
        assertEquals(List.of(), HouseRules.lines(test("\n".repeat(400))));
    }

    @Test
    void importsAreNeeded() {
        assertKept(HouseRules::needlessImports);
    }

    @Test
    void importWithoutNeedIsFound() {
        assertEquals(List.of(), HouseRules.needlessImports(main("http", "import a.B;\n"
                + "import static a.C.d;\nimport a.E;\n/** A {@link E}. */\nclass X extends B {\n"
                + "    int x = d();\n}\n")));
        String path = "core/src/main/java/io/millrace/http/Planted.java:";
        assertEquals(List.of(path + "3: stands twice: import a.B;",
                        path + "4: is not needed: import a.D;",
                        path + "5: is not needed: import static a.C.d;"),
                HouseRules.needlessImports(main("http", "import a.B;\nimport a.B;\nimport a.D;\n"
                        + "import static a.C.d;\nclass X extends B { String s = \"D d\"; }\n")));
    }

    @Test
    void coreDoesNotPrint() {
        assertKept(HouseRules::console);
    }

    @Test
    void printingIsFound() {
        assertEquals(1, HouseRules.console(main("http", "System.out.println();")).size());
        assertEquals(1, HouseRules.console(main("http", "x(System\n.err);")).size());
        assertEquals(1, HouseRules.console(main("http", "e.printStackTrace();")).size());
        assertEquals(List.of(), HouseRules.console(main("http", "x(\"System.out\");")));
        assertEquals(List.of(), HouseRules.console(test("System.out.println();")));
    }

    @Test
    void linesAreLoggedBySafeLog() {
        assertKept(file -> HouseRules.loggers(file, LOGGING));
        assertEquals(Set.of(), HouseRules.needlessLoggers(House.SOURCES, LOGGING),
                "take off what has no logger any more");
    }

    @Test
    void loggerElsewhereIsFound() {
        for (String line : List.of("System.getLogger(\"x\").log(INFO, \"x\");",
                "import static java.lang.System.getLogger;", "x(System\n::getLogger);")) {
            assertEquals(1, HouseRules.loggers(main("http", line), Map.of()).size(), line);
            assertEquals(List.of(),
                    HouseRules.loggers(main("http", line), Map.of("Planted", "a reason")));
            assertEquals(List.of(), HouseRules.loggers(test(line), Map.of()));
        }
        assertEquals(Set.of("Planted"), HouseRules.needlessLoggers(
                List.of(main("http", "int x;")), Map.of("Planted", "a reason")));
    }

    @Test
    void threadsKeepNoProcessFromItsEnd() {
        assertKept(file -> HouseRules.threads(file, THREADS));
        assertEquals(Set.of(), HouseRules.needlessThreads(House.SOURCES, THREADS),
                "take off what has no thread any more");
    }

    @Test
    void threadThatKeepsAProcessFromItsEndIsFound() {
        String begun = "Thread one = new Thread(work);\n";
        assertEquals(1, HouseRules.threads(main("http", begun), Map.of()).size());
        assertEquals(List.of(), HouseRules.threads(main("http", begun), Map.of("Planted", "why")));
        assertEquals(List.of(), HouseRules.threads(test(begun), Map.of()));
        for (String line : List.of("one.setDaemon(true);", "runtime.addShutdownHook(one);")) {
            assertEquals(List.of(), HouseRules.threads(main("http", begun + line), Map.of()));
        }
    }

    @Test
    void noExceptionIsSwallowed() {
        assertKept(HouseRules::swallowed);
    }

    @Test
    void swallowedExceptionIsFound() {
        assertEquals(1, HouseRules.swallowed(test("catch (Exception e) { }")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (A | B e) {\n\n}")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (Exception e) { ; }")).size());
        assertEquals(1, HouseRules.swallowed(test("catch (Exception ignored) { x(); }")).size());
        assertEquals(List.of(), HouseRules.swallowed(
                test("catch (Exception e) {\n// The reason.\n}")));
        assertEquals(List.of(), HouseRules.swallowed(test("catch (Exception e) { x(); }")));
    }

    /** The names of types, exported packages only. */
    private static Set<String> exported() {
        Set<String> rooms = new TreeSet<>();
        for (SourceText file : House.SOURCES) {
            if (file.type().equals("module-info")) {
                Matcher exports = Pattern.compile("exports io\\.millrace\\.([a-z0-9.]+);")
                        .matcher(file.code);
                exports.results().forEach(found -> rooms.add(found.group(1)));
            }
        }
        return rooms;
    }

    @Test
    void publicTypesHaveJavadocAndSince() {
        Set<String> exported = exported();
        assertTrue(exported.containsAll(Set.of("http", "server", "store", "route")),
                exported.toString());
        assertKept(file -> HouseRules.publicTypes(file, exported));
    }

    @Test
    void publicTypeWithoutJavadocOrSinceIsFound() {
        String place = "core/src/main/java/io/millrace/http/Planted.java:";
        Set<String> exported = Set.of("http");
        assertEquals(List.of(place + "2: X has no Javadoc"),
                HouseRules.publicTypes(main("http", "public final class X { }"), exported));
        assertEquals(List.of(place + "4: X has no Javadoc"), HouseRules.publicTypes(
                main("http", "/** A. */\nclass A { }\npublic record X() { }"), exported));
        assertEquals(List.of(place + "3: X has no @since"), HouseRules.publicTypes(
                main("http", "/** An X. */\npublic interface X { }"), exported));
        assertEquals(List.of(place + "4: Y has no Javadoc"), HouseRules.publicTypes(main("http",
                "/** An X. @since 0.1 */\npublic class X {\n    public static class Y { }\n}"),
                exported));
        assertEquals(List.of(), HouseRules.publicTypes(main("http", "/** An X. @since 0.1 */\n"
                + "public class X {\n    /** A Y. */\n    public static class Y { }\n}"),
                exported));
        assertEquals(List.of(), HouseRules.publicTypes(main("http",
                "/** An X. @since 0.1 */\n@FunctionalInterface\npublic interface X { }"),
                exported));
        assertEquals(List.of(), HouseRules.publicTypes(
                main("codec", "/** An X. */\npublic class X { }"), exported));
    }

    /** What core exports is what the API check of its POM compares, and the promise names. */
    private static void assertAllCompared(String moduleInfo, String pom, String promise) {
        Set<String> exports = House.names("exports (io\\.millrace\\.[a-z0-9.]+);", moduleInfo);
        assertEquals(exports, House.names("<include>(io\\.millrace\\.[a-z0-9.]+)</include>", pom));
        assertEquals(exports, House.names("`(io\\.millrace\\.[a-z0-9.]+)`", promise));
    }

    @Test
    void apiCheckAndPromiseAreOfEachExportedPackageAndNoOther() {
        String pom = House.text(House.ROOT.resolve("core/pom.xml"));
        assertTrue(pom.contains("<includes>"), "no API check");
        String changelog = House.PAGES.get("docs/CHANGELOG.md");
        assertAllCompared(House.text(
                House.ROOT.resolve("core/src/main/java/module-info.java")),
                pom, changelog.substring(0, changelog.indexOf("\n## 0.")));
    }

    @Test
    void packageThatTheApiCheckOrThePromiseMissesIsFound() {
        String exports = "exports io.millrace.http;\nexports io.millrace.store;\n";
        String http = "<include>io.millrace.http</include>";
        String store = "<include>io.millrace.store</include>";
        String promise = "(`io.millrace.http`, `io.millrace.store`)";
        assertAllCompared(exports, store + http, promise);
        assertThrows(AssertionError.class, () -> assertAllCompared(exports, http, promise));
        assertThrows(AssertionError.class, () -> assertAllCompared(exports,
                http + store + "<include>io.millrace.codec</include>", promise));
        assertThrows(AssertionError.class,
                () -> assertAllCompared(exports, http + store, "`io.millrace.http`"));
    }

    @Test
    void changelogSaysNothingTwice() {
        Set<String> entries = new HashSet<>();
        assertEquals(List.of(), Pattern.compile("\n(?=- |\n)").splitAsStream(
                House.PAGES.get("docs/CHANGELOG.md")).filter(entry -> entry.startsWith("- ")
                        && !entries.add(entry)).toList());
    }

    @Test
    void codeAndCommentsAreToldApart() {
        SourceText file = new SourceText("X.java", """
                a = "// \\" b"; // c 'd
                /* e " */ f = '"'; g = \"""
                    h\""";
                """);
        assertEquals("""
                a = "       ";       \s
                          f = ' '; g = \"""
                     \""";
                """, file.code);
        assertEquals(file.text.length(), file.comments.length());
        assertEquals("// c 'd /* e \" */", file.comments.strip().replaceAll("\\s+", " "));
    }

    @Test
    void everySourceStandsWhereMavenLooks() {
        assertKept(file -> file.hasPlace() ? List.of() : List.of(file.path));
    }
}
