package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.server.Logged;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are told when the file system fails, and that nothing is lost by it. */
@ParameterizedClass
@CsvSource({"ARTICLE, ''", "HTTP, ''", "HTTP, p/q"})
class FailureTest extends FailingStore {

    @ParameterizedTest
    @CsvSource({
        "CREATE, No space left on device, 507",
        "CREATE, Disk quota exceeded, 507",
        "CREATE, Too many open files, 503",
        "CREATE, Too many open files in system, 503",
        "CREATE, Read-only file system, 403",
        "CREATE, Operation not permitted, 403",
        "CREATE, File name too long, 400",
        "CREATE, Input/output error, 500",
        "WRITE, No space left on device, 507",
        "WRITE, Disk quota exceeded, 507",
        "WRITE, Input/output error, 500",
        "WRITE, File too large, 500",
        "WRITE, Stale file handle, 500",
        "CLOSE, Disk quota exceeded, 507",
        "CLOSE, Input/output error, 500",
        "MOVE, No space left on device, 507",
        "MOVE, File name too long, 400",
        "MOVE, Device or resource busy, 409",
        "MOVE, Input/output error, 500",
        "LOOK, Input/output error, 500",
        "LOOK, File name too long, 400",
    })
    void putThatFails(Operation operation, String reason, int status) {
        system.fail(operation, because(reason));
        Reply reply = client.put("/a", "new");
        assertEquals(client.failure(status), reply.status());
        assertEquals(status == 503 ? "1" : null, reply.field("Retry-After"));
        Reply created = client.put("/b", "new");
        assertEquals(client.failure(status), created.status());
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, Too many open files, 503",
        "OPEN, Input/output error, 500",
        "LOOK, Input/output error, 500",
        "LOOK, File name too long, 400",
    })
    void getThatFails(Operation operation, String reason, int status) {
        client.get("/a");
        system.fail(operation, because(reason));
        assertEquals(client.failure(status), client.get("/a").status());
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, Read-only file system, 403",
        "DELETE, Device or resource busy, 409",
        "DELETE, Input/output error, 500",
        "LOOK, Input/output error, 500",
    })
    void deleteThatFails(Operation operation, String reason, int status) {
        system.fail(operation, because(reason));
        assertEquals(client.failure(status), client.delete("/a").status());
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, Input/output error, PUT, 500",
        "WRITE, File too large, PUT, 500",
        "WRITE, No space left on device, PUT, 507",
        "CLOSE, Stale file handle, PUT, 500",
        "MOVE, Input/output error, PUT, 500",
        "OPEN, Too many open files, GET, 503",
        "OPEN, Input/output error, GET, 500",
        "DELETE, Read-only file system, DELETE, 403",
    })
    void failureIsLoggedOnceASecondInTheSystemsWords(Operation operation, String reason,
            String method, int status) throws Exception {
        client.get("/a");
        system.fail(operation, because(reason));
        try (Logged log = new Logged(FolderStore.class)) {
            for (int i = 0; i < 3; i++) {
                Request request = Request.of(method, "/a");
                Reply reply = method.equals("PUT")
                        ? client.put("/a", "new") : client.send(request);
                assertEquals(client.failure(status), reply.status());
            }
            assertEquals(List.of(method + ' ' + path() + " failed: " + reason), log.lines());
        }
    }

    @Test
    void failuresOfDifferentKindsAreLoggedEach() throws Exception {
        try (Logged log = new Logged(FolderStore.class)) {
            for (String reason : List.of("Input/output error", "No space left on device")) {
                system.fail(Operation.WRITE, because(reason));
                client.put("/a", "new");
            }
            assertEquals(List.of("PUT " + path() + " failed: Input/output error",
                    "PUT " + path() + " failed: No space left on device"), log.lines());
        }
    }

    @Test
    void failureThatTheClientIsToBlameForIsNotLogged() throws Exception {
        system.fail(Operation.CREATE, because("File name too long"));
        try (Logged log = new Logged(FolderStore.class)) {
            assertEquals(400, client.put("/a", "new").status());
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void changeThatHasHappenedIsDoneEvenIfTheSystemDeniesIt() throws Exception {
        // NFS, when the first of its messages was executed and its reply was lost.
        system.before((operation, real) -> {
            if (operation == Operation.MOVE) {
                try (Stream<Path> parts = Files.list(temp.resolve(".millrace.parts"))) {
                    Files.move(parts.findFirst().orElseThrow(), real);
                }
                throw because("Input/output error");
            } else if (operation == Operation.DELETE && real.endsWith("b")) {
                Files.delete(real);
                throw because("Permission denied");
            }
        });
        assertEquals(200, client.put("/b", "new").status());
        assertEquals("new", client.get("/b").text());
        assertEquals(200, client.delete("/b").status());
        assertEquals(404, client.get("/b").status());
    }

    @Test
    void timeThatCannotBeSetAfterTheMoveIsNoFailureOfThePut() throws Exception {
        store.close();
        system.movesTimes = false;
        open(StoreOptions.builder());
        boolean[] moved = new boolean[1];
        system.before((operation, real) -> {
            moved[0] |= operation == Operation.MOVE;
            if (moved[0] && operation == Operation.LOOK && real.endsWith("b")) {
                throw because("Too many open files");
            }
        });
        Reply reply = client.put("/b", "new");
        assertEquals(500, reply.status());
        assertTrue(reply.text().startsWith("the object is stored, but "), reply.text());
        system.before(null);
        assertEquals("new", client.get("/b").text());
        client.delete("/b");
    }

    @Test
    void whatIsNotPermittedIsForbidden() {
        for (Operation operation : List.of(Operation.CREATE, Operation.MOVE)) {
            system.fail(operation, new AccessDeniedException("/folder/a"));
            assertEquals(client.failure(403), client.put("/a", "new").status());
        }
        system.fail(Operation.OPEN, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403), client.get("/a").status());
        system.fail(Operation.DELETE, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403), client.delete("/a").status());
    }

    @Test
    void answersDoNotShowTheFolder() {
        for (String reason : List.of("No space left on device", "Too many open files",
                "Read-only file system", "File name too long")) {
            system.fail(Operation.CREATE, because(reason));
            assertEquals(-1, client.put("/a", "new").text().indexOf("/folder"));
        }
    }

    @Test
    void readThatFailsInTheMiddleIsThrown() throws Exception {
        Response answer = handler.handle(Request.of("GET", "/a")).complete();
        ByteBuffer target = ByteBuffer.allocate(1);
        answer.body().read(0, target);
        system.fail(Operation.READ, new IOException("Input/output error"));
        assertThrows(IOException.class, () -> answer.body().read(1, target.clear()));
        answer.body().close();
    }

    @Test
    void digestOfAnObjectThatCannotBeReadIsAnError() {
        system.fail(Operation.READ, new IOException("Input/output error"));
        assertEquals(500, client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
    }

    @Test
    void fileOfADigestThatCannotBeComputedIsClosed() {
        List<Operation> done = new CopyOnWriteArrayList<>();
        system.before((operation, real) -> {
            if (real.equals(folder.resolve("a"))) {
                done.add(operation);
                if (operation == Operation.READ) {
                    throw new IOException("Input/output error");
                }
            }
        });
        assertEquals(500, client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
        assertTrue(done.contains(Operation.OPEN), done.toString());
        assertEquals(Collections.frequency(done, Operation.OPEN),
                Collections.frequency(done, Operation.CLOSE), done.toString());
    }

    @Test
    void digestOfAnObjectThatMayNotBeReadIsWhatItsGetIs() {
        system.fail(Operation.READ, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403),
                client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
    }

    @Test
    void errorThatNobodyForeseesLeavesNoFileEither() throws Exception {
        for (Operation failing : List.of(Operation.CREATE, Operation.WRITE, Operation.CLOSE,
                Operation.MOVE)) {
            system.before((operation, real) -> {
                if (operation == failing) {
                    if (failing == Operation.CREATE) {
                        Files.createFile(real); // it fails when the file is there already
                    }
                    throw new OutOfMemoryError("so much for heap");
                }
            });
            assertThrows(OutOfMemoryError.class, () -> putAsTheServerDoes("/b"), failing.name());
        }
    }

    /** What throws in the middle of a body is told to the exchange, as the server does. */
    private void putAsTheServerDoes(String path) throws Exception {
        Exchange exchange = handler.handle(Request.of("PUT", path).withBody(3));
        WritableByteChannel sink = exchange.sink();
        try {
            Client.write(sink, new byte[3]);
        } catch (OutOfMemoryError e) {
            exchange.abandon(Abandonment.SINK_FAILED, e);
            throw e;
        }
        exchange.complete();
    }
}
