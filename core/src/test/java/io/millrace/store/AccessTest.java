package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who may do what to a store, in bytes over sockets. The folder has the object {@code a}, and the
 * object {@code o} in each of the folders {@code d} and {@code team}.
 */
class AccessTest extends GuardedStore {

    // Rights and methods.

    // One right lets each request pass, and no other does.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET /a          | r | 200 | r | 200",
        "HEAD /a         | r | 200 | r | 200",
        "GET /missing    | r | 404 | r | 404",
        "GET //a         | r | 308 | r | 200",
        "PUT /a          | w | 204 | w | 200",
        "PUT /new        | w | 201 | w | 200",
        "PUT //a         | w | 308 | w | 200",
        "PUT /x/new      | w | 201 | w | 204",
        "PUT /x/y/       | w | 201 | w | 204",
        "DELETE /a       | d | 204 | d | 200",
        "DELETE /missing | d | 404 | d | 404",
        "DELETE /a/      | d | 308 | d | 200",
        "DELETE /x/      | d | 404 | d | 404",
        "GET /x/         | l | 404 | r | 404",
        "HEAD /x/        | l | 404 | r | 404",
        "GET /a/         | l | 308 | r | 200",
        "GET /a//        | l | 308 | r | 200",
        "GET /a/.        | l | 308 | r | 404",
        "GET //          | l | 308 | r | 404",
        "GET /           | l | 200 | r | 404",
        "HEAD /d/        | l | 200 | r | 404",
        "GET /d/?format=json | l | 200 | r | 404",
        "GET /d          | r | 308 | r | 404",
        "POST /a         | * | 405 | * | 404",
        "BREW /a         | * | 501 | * | 404",
    })
    void eachRequestTakesOneRight(String request, String right, int status, String articleRight,
            int articleStatus) throws IOException {
        for (Contract contract : Contract.values()) {
            boolean http = contract == Contract.HTTP;
            String needed = http ? right : articleRight;
            start(StoreOptions.builder().contract(contract).cacheBytes(0));
            for (int bits = 1; bits < 16; bits++) {
                Set<Right> rights = rights(bits);
                String letters = letters(rights);
                boolean allowed = needed.equals("*") || letters.contains(needed);
                Files.writeString(folder.resolve("a"), "old");
                for (String made : List.of("new", "x/new", "x/y", "x")) {
                    Files.deleteIfExists(folder.resolve(made));
                }
                store.access(rules(rights, "/"));
                assertEquals(allowed ? http ? status : articleStatus : 403, status(send(request)),
                        request + " with " + letters + ", " + contract);
            }
        }
    }

    private String move(String from, String to) throws IOException {
        return send("MOVE " + from, "Authorization: Bearer t0ken\r\n",
                "Destination: " + to + "\r\n");
    }

    @Test
    void moveTakesReadAndDeleteAtThePathAndWriteAtTheDestination() throws IOException {
        start(StoreOptions.builder());
        for (int bits = 0; bits < 8; bits++) {
            AccessRules rules = AccessRules.none()
                    .grant("me", "t0ken", EnumSet.allOf(Right.class), "/x/");
            Right[] needed = {Right.READ, Right.DELETE, Right.WRITE};
            for (int i = 0; i < 3; i++) {
                if ((bits & 1 << i) != 0) {
                    rules = rules.grant("me", "t0ken", EnumSet.of(needed[i]),
                            i < 2 ? "/d/" : "/team/");
                }
            }
            store.access(rules);
            boolean allowed = bits == 7;
            assertEquals(allowed ? 201 : 403, status(move("/d/o", "/team/new")), "" + bits);
            assertEquals(allowed ? 404 : 403, status(move("/d/o", "/team/new")), "" + bits);
            assertEquals(allowed ? 404 : 403, status(move("/d/none/", "/team/new/")), "" + bits);
        }
        assertTrue(Files.exists(folder.resolve("team/new")));
    }

    @Test
    void responseToAMoveIsThisToTheByte() throws IOException {
        start(StoreOptions.builder());
        Files.setLastModifiedTime(folder.resolve("a"), FileTime.from(1_000_000_000,
                TimeUnit.SECONDS));
        assertEquals("HTTP/1.1 201 Created\r\nLocation: /d/new\r\n"
                + "ETag: \"de0b6b3a7640000-3\"\r\nLast-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n"
                + "Content-Length: 0\r\nConnection: close\r\n\r\n",
                move("/a", "http://X/d/new"));
        assertEquals("HTTP/1.1 201 Created\r\nLocation: /e/\r\nContent-Length: 0\r\n"
                + "Connection: close\r\n\r\n", move("/d/", "/e/"));
        assertEquals("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 93\r\nConnection: close\r\n\r\nDestination has another host"
                + " than the request: send a path, or a URI with the request's host\n",
                move("/e/o", "http://y/d/new"));
    }

    private static Set<Right> rights(int bits) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (Right right : Right.values()) {
            if ((bits & 1 << right.ordinal()) != 0) {
                rights.add(right);
            }
        }
        return rights;
    }

    private static String letters(Set<Right> rights) {
        StringBuilder letters = new StringBuilder();
        rights.forEach(right -> letters.append(right.letter()));
        return letters.toString();
    }

    @ParameterizedTest
    @EnumSource(Contract.class)
    void putWithoutTheRightChangesNothingAndIsNotRead(Contract contract) throws IOException {
        start(contract, rules(EnumSet.of(Right.READ, Right.LIST, Right.DELETE), "/"));
        try (Socket socket = connect()) {
            socket.getOutputStream().write(("PUT /a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + "t0ken\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").getBytes());
            assertEquals(403, status(new String(socket.getInputStream().readAllBytes())));
        }
        assertTrue(send("GET /a").endsWith("old"));
    }

    // Prefixes.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/team/o     | 200", "/team/x     | 404", "/team//o    | 308", "//team/o    | 308",
        "/./team/o   | 308", "/team/%2e/o | 308", "/%74eam/o   | 200", "/team/o/    | 308",
        "/team/      | 200", "/team/x/    | 404", "/team//     | 308",
        "/team       | 403", "/a          | 403", "/d/o        | 403", "/           | 403",
        "//          | 403", "/d//o       | 403", "/teams/o    | 403", "/Team/o     | 403",
        "/d/team/o   | 403", "/missing    | 403", "/team%20/o  | 403", "/d/o/       | 403",
        "/team/../a  | 400", "/team/%2e%2e/a | 400", "/team%2Fo   | 400", "/team%5co   | 400",
        "/d/../team/o | 400", "/team/%00   | 400", "/team/.millrace.x | 400",
    })
    void prefixHoldsForTheDecodedPathInItsOneSpelling(String path, int status)
            throws IOException {
        start(Contract.HTTP, rules(EnumSet.allOf(Right.class), "/team/"));
        assertEquals(status, status(send("GET " + path)));
        assertEquals(status, status(send("GET " + path + "?x=/team/o")));
        int put = status(send("PUT " + path));
        int delete = status(send("DELETE " + path));
        assertEquals(status == 403, put == 403);
        assertEquals(status == 403, delete == 403);
        assertEquals(status == 400, put == 400);
        assertTrue(send("GET /a", "Authorization: Bearer all\r\n").endsWith("old"));
        assertTrue(send("GET /d/o", "Authorization: Bearer all\r\n").endsWith("old"));
    }

    @Test
    void absoluteFormIsReadAsItsPath() throws IOException {
        start(Contract.HTTP, rules(EnumSet.allOf(Right.class), "/team/"));
        assertEquals(200, status(send("GET http://x/team/o")));
        assertEquals(403, status(send("GET http://team/o")));
        assertEquals(403, status(send("GET http://x/d/o")));
    }

    @ParameterizedTest
    @EnumSource(Contract.class)
    void refusalIsTheSameForWhatIsThereAndWhatIsNot(Contract contract) throws IOException {
        start(contract, rules(EnumSet.allOf(Right.class), "/mine/"));
        Set<String> answers = new HashSet<>();
        for (String method : List.of("GET", "PUT", "DELETE")) {
            for (String path : List.of("/a", "/a/", "/d", "/d/", "/d/o", "/d/o/", "/d//o", "/d/o/x",
                    "/missing", "/missing/", "/d/missing", "/missing/x", "/", "/mine")) {
                answers.add(send(method + " " + path, "Authorization: Bearer t0ken\r\n",
                        "If-None-Match: *\r\n", "Want-Repr-Digest: sha-256=1\r\n"));
            }
        }
        assertEquals(Set.of("HTTP/1.1 403 Forbidden\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nWWW-Authenticate: Bearer "
                + "realm=\"millrace\", error=\"insufficient_scope\"\r\nContent-Length: 71\r\n"
                + "Connection: close\r\n\r\n"
                + "the token has no right to this: use a path and a method that it is for\n"),
                answers);
    }

    @Test
    void severalGrantsOfATokenAddUp() throws IOException {
        start(Contract.HTTP, AccessRules.parse("me t0ken r\nme t0ken w /team/\n"));
        assertEquals(200, status(send("GET /a")));
        assertEquals(403, status(send("PUT /a")));
        assertEquals(204, status(send("PUT /team/o")));
        assertEquals(403, status(send("DELETE /team/o")));
    }

    @Test
    void flatStoreTakesTokensForAllOfIt() throws IOException {
        start(StoreOptions.builder().flat(true).access(rules(EnumSet.allOf(Right.class), "/")));
        assertEquals(200, status(send("GET /a")));
        start(StoreOptions.builder().flat(true)
                .access(rules(EnumSet.allOf(Right.class), "/team/")));
        assertEquals(403, status(send("GET /a")));
        assertEquals(403, status(send("GET /team/o")));
    }

    // Credentials.

    @ParameterizedTest
    @EnumSource(Contract.class)
    void bothSchemesAreChallengedAndTaken(Contract contract) throws IOException {
        start(contract, rules(EnumSet.allOf(Right.class), "/"));
        String missing = send("GET /a", "");
        assertEquals(401, status(missing));
        assertTrue(missing.contains("\r\nWWW-Authenticate: Bearer realm=\"millrace\"\r\n"
                + "WWW-Authenticate: Basic realm=\"millrace\", charset=\"UTF-8\"\r\n"), missing);
        for (String pair : List.of("me:t0ken", ":t0ken", "x:t0ken", "\u00fc:t0ken")) {
            assertEquals(200, status(send("GET /a", basic(pair))), pair);
        }
        for (String pair : List.of("root:t0ken", "me:all", "t0ken:", "t0ken", "me:t0ken:")) {
            assertEquals(401, status(send("GET /a", basic(pair))), pair);
        }
        assertEquals(5, store.wrongTokens());
        assertEquals(401, status(send("GET /a", "Authorization: Bearer t0ken\r\n",
                basic("me:t0ken"))));
        assertEquals(401, status(send("GET /a", "Authorization: Digest username=\"me\"\r\n")));
        assertEquals(5, store.wrongTokens());
        assertEquals("wrong token: request refused with 401", logged.lines().get(0));
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder()
                .encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    @ParameterizedTest
    @EnumSource(Contract.class)
    void openReadsHoldBesideTokensWithAPrefix(Contract contract) throws IOException {
        start(StoreOptions.builder().contract(contract).openReads(true)
                .wrongTokenDelay(Duration.ZERO)
                .access(rules(EnumSet.of(Right.WRITE), "/team/")));
        for (String fields : List.of("", "Authorization: Bearer t0ken\r\n",
                "Authorization: Bearer wrong\r\n")) {
            assertEquals(200, status(send("GET /a", fields)));
            assertEquals(404, status(send("GET /x/", fields)));
        }
        assertEquals(401, status(send("PUT /a", "")));
        assertEquals(401, status(send("PUT /team/o", "Authorization: Bearer wrong\r\n")));
        assertEquals(403, status(send("PUT /a")));
        assertEquals(403, status(send("DELETE /team/o")));
        assertEquals(contract == Contract.HTTP ? 204 : 403, status(send("PUT /team/o")));
    }

    @Test
    void optionsIsOpenAndTellsNothing() throws IOException {
        start(Contract.HTTP, rules(EnumSet.of(Right.READ), "/team/"));
        for (String target : List.of("*", "/a", "/d/o", "/missing", "/..")) {
            assertEquals(204, status(send("OPTIONS " + target, "")), target);
        }
    }

    @Test
    void replacedRulesHoldAtOnce() throws IOException {
        start(Contract.HTTP, AccessRules.token("t0ken"));
        assertEquals(200, status(send("GET /a")));
        AccessRules next = AccessRules.parse("me other r");
        store.access(next);
        assertEquals(next, store.access());
        assertEquals(401, status(send("GET /a")));
        assertEquals(200, status(send("GET /a", "Authorization: Bearer other\r\n")));
        store.access(AccessRules.none());
        assertEquals(401, status(send("GET /a", "Authorization: Bearer other\r\n")));
        store.access(AccessRules.open());
        assertEquals(200, status(send("GET /a", "")));
    }

    @Test
    void discardingStoreHasRulesToo() throws IOException {
        try (FolderStore none = FolderStore.discarding(StoreOptions.builder()
                .access(rules(EnumSet.of(Right.WRITE), "/team/")).build())) {
            Client client = new Client(none, Contract.ARTICLE);
            String[] field = {"Authorization", "Bearer t0ken"};
            assertEquals(204, client.put("/team/x", "x", field).status());
            assertEquals(403, client.put("/x", "x", field).status());
            assertEquals(403, client.get("/team/x", field).status());
        }
    }

    @Test
    void oneTokenAndRulesAreTooMuch() {
        StoreOptions.Builder both = StoreOptions.builder().token("x").access(AccessRules.none());
        assertThrows(IllegalArgumentException.class, both::build);
        assertTrue(StoreOptions.builder().access(AccessRules.token("s3cret")).build().toString()
                .contains("access=AccessRules[1 grants]"));
    }
}
