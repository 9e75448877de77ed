package io.millrace;

import static io.millrace.House.assertKept;
import static io.millrace.House.main;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The order of packages: who may import whom. */
class PackageOrderTest {

    /** Who may import whom: downward along these chains, any number of steps. */
    private static final List<String> ORDER = List.of(
            "app > app.serve > server > transfer > codec > http",
            "app.serve > accesslog > server",
            "app.serve > metrics > server",
            "metrics > store",
            "metrics > bucket",
            "metrics > accesslog",
            "app.serve > route > http",
            "coding > route",
            "coding > content",
            "site > content",
            "form > http",
            "app.serve > store > space > tree > content > http",
            "tree > file > log",
            "meta > file",
            "store > archive > listing > tree",
            "store > objects > meta > content",
            "objects > tree",
            "listing > page > access",
            "store > digest > objects",
            "digest > work > http",
            "listing > work",
            "resume > work",
            "event > http",
            "store > access > http",
            "store > evict > log",
            "app > app.serve > resume > content",
            "resume > upload > http",
            "resume > log",
            "store > upload",
            "app.serve > bucket > s3 > http",
            "bucket > listing",
            "bucket > option",
            "bucket > bucket.uploads > bucket.write > bucket.engine > bucket.cache > s3",
            "bucket.uploads > access",
            "bucket.uploads > upload",
            "bucket.write > digest",
            "bucket.cache > meta",
            "bucket.cache > tree",
            "s3 > log",
            "app > app.load > app.load.wire > app.cli",
            "app.load > app.load.stats > app.cli",
            "app.serve > app.admin > app.cli",
            "app.serve > app.page > form",
            "app.page > store",
            "app.page > page",
            "app.page > route",
            "app.serve > app.token > app.log",
            "app.token > app.cli",
            "app.token > access",
            "app.serve > app.process",
            "app > app.verify > app.cli",
            "app > app.train > app.cli",
            "app.verify > store",
            "app.admin > resume",
            "app.admin > metrics",
            "app.admin > route",
            "transfer > net > log",
            "server > layer > transfer",
            "server > tls > net",
            "server > jfr",
            "tls > log",
            "s3 > work",
            "http > log",
            "http > json",
            "listing > json",
            "net > option",
            "server > option",
            "bucket > tree",
            "store > option");

    /**
     * The main sources of core and server-app: tests and benchmarks introduce any package to
     * another.
     */
    private static List<SourceText> ordered() {
        return House.SOURCES.stream().filter(file -> file.isMain() && !file.path.startsWith("jmh/")
                && !file.path.contains("/org/jspecify/")).toList(); // decision 382
    }

    @Test
    void importsRunDownward() {
        Map<String, Set<String>> below = HouseRules.below(ORDER);
        assertKept(ordered().stream()
                .flatMap(file -> HouseRules.packageOrder(file, below).stream()).toList());
        assertEquals(Set.of(), HouseRules.needless(ordered(), ORDER),
                "take out what has no file");
    }

    @Test
    void importUpwardIsFound() {
        Map<String, Set<String>> below = HouseRules.below(ORDER);
        String up = "core/src/main/java/io/millrace/http/Planted.java:3: http is not above server";
        assertEquals(List.of(up), HouseRules.packageOrder(
                main("http", "\nimport io.millrace.server.HttpServer;\n"), below));
        assertEquals(List.of(up), HouseRules.packageOrder(
                main("http", "\nObject o = io.millrace.server.HttpServer.class;\n"), below));
        assertEquals(List.of(up), HouseRules.packageOrder(
                main("http", "\nimport static io.millrace.server.HttpServer.start;\n"), below));
        assertEquals(
                List.of("core/src/main/java/io/millrace/route/Planted.java:2: "
                        + "route is not above store"),
                HouseRules.packageOrder(main("route", "import io.millrace.store.*;"), below));
        assertEquals(List.of(), HouseRules.packageOrder(
                main("http", "/** {@link io.millrace.server.HttpServer} */"), below));
        assertEquals(List.of(), HouseRules.packageOrder(
                main("server", "import io.millrace.http.Body;"), below));
    }

    @Test
    void packageWithoutPlaceIsFound() {
        assertEquals(List.of("core/src/main/java/io/millrace/attic/Planted.java:1: "
                + "the package has no place in the order"),
                HouseRules.packageOrder(main("attic", ""), HouseRules.below(ORDER)));
    }

    @Test
    void placeWithoutPackageIsFound() {
        assertEquals(Set.of("attic", "cellar"), HouseRules.needless(
                List.of(main("http", ""), main("store", "")),
                List.of("store > attic > http", "cellar > http")));
    }

    @Test
    void packagesFormNoCircle() {
        assertKept(HouseRules.circles(ordered()));
    }

    @Test
    void circleIsFound() {
        assertEquals(List.of("packages in a circle: [codec, http, route]"),
                HouseRules.circles(List.of(main("codec", "import io.millrace.http.Body;"),
                        main("http", "import io.millrace.route.Route;"),
                        main("route", "import io.millrace.codec.Framing;"),
                        main("store", "import io.millrace.http.Body;"))));
        assertThrows(IllegalArgumentException.class,
                () -> HouseRules.below(List.of("a > b > c", "c > a")));
    }

    @Test
    void designHasARowForEachPackageAndNoOther() {
        String design = House.PAGES.get("docs/design.md");
        assertEquals(new TreeSet<>(HouseRules.below(ORDER).keySet()),
                House.names("(?m)^\\| `([a-z0-9.]+)` .*",
                        design.substring(0, design.indexOf("\n## What to read"))));
    }

    @Test
    void serverHasFewerThan30Files() {
        assertKept(HouseRules.filesOfServer(House.SOURCES));
    }

    @Test
    void file30OfServerIsFound() {
        List<SourceText> files = new ArrayList<>();
        while (files.size() < 29) {
            files.add(main("server", ""));
        }
        assertEquals(List.of(), HouseRules.filesOfServer(files));
        files.add(main("server", ""));
        assertEquals(List.of("server: 30 files"), HouseRules.filesOfServer(files));
    }
}
