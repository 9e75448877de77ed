package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.store.Durability;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Uploads that nobody touches for long. */
class UploadExpiryTest extends BoundedUploads {

    @Test
    void uploadExpiresThatNobodyTouches() throws Exception {
        start(builder -> builder.expiry(Duration.ofHours(1)));
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "he"));
        server.laterMs.set(Duration.ofMinutes(59).toMillis());
        server.uploads().expire();
        assertEquals(2, tus.offset(name));
        server.laterMs.set(Duration.ofMinutes(61).toMillis());
        assertEquals("404", Tus.status(tus.head(name)), "found, but expired");
        server.uploads().expire();
        assertEquals(0, server.files());
        assertEquals(List.of(), server.uploads().unfinished());
    }

    @Test
    void uploadHasNotChangedBeforeItWasBegun() throws Exception {
        start(builder -> builder);
        server.laterMs.set(60_000); // the clock is ahead of the file system's
        tus.begin(5);
        ResumableUploads.Unfinished upload = server.uploads().unfinished().get(0);
        assertEquals(upload.created(), upload.lastChange());
    }

    @Test
    void expiryIsToldInDates() throws IOException {
        start(builder -> builder.expiry(Duration.ofHours(1)));
        assertEquals("DATE", Tus.field(create("a", 5), "Upload-Expires"));
    }

    @Test
    void completeUploadIsForgottenLater() throws IOException {
        start(builder -> builder.expiry(Duration.ofHours(1)));
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        server.laterMs.set(Duration.ofMinutes(59).toMillis());
        server.uploads().expire();
        assertEquals(5, tus.offset(name));
        server.laterMs.set(Duration.ofMinutes(61).toMillis());
        server.uploads().expire();
        assertEquals("404", Tus.status(tus.head(name)));
        assertEquals(0, server.files());
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void expiredUploadsAreRemovedAtTheStart() throws IOException {
        start(builder -> builder.expiry(Duration.ofHours(1)));
        tus.begin(5);
        server.laterMs.set(Duration.ofMinutes(61).toMillis());
        server.restart();
        assertEquals(0, server.files());
    }

    @Test
    void whatAKillLeavesOfAConcatenationIsRemovedAtTheStart() throws Exception {
        start(builder -> builder);
        UploadNote note = new UploadNote(UploadNote.Dialect.TUS, 0, UploadNote.Kind.FINAL, 5, 0,
                UploadNote.ALL, "", "final;/x", Headers.empty());
        server.store().unfinished().create(new PutHead(Request.of("POST", "/"), "/b.txt",
                Headers.empty(), 5), 5, note.bytes());
        String name = tus.begin(5);
        server.restart();
        assertEquals(0, new Tus(server).offset(name));
        assertEquals(1, server.uploads().unfinished().size());
    }

    @Test
    void uploadAtWorkDoesNotExpire() throws IOException {
        start(builder -> builder.expiry(Duration.ofHours(1)));
        String name = tus.begin(5);
        try (UploadClient client = server.connect()) {
            String piece = Tus.patch(name, 0, "hello", "Expect: 100-continue");
            client.send(piece.substring(0, piece.length() - 5)).answer();
            server.laterMs.set(Duration.ofMinutes(61).toMillis());
            server.uploads().expire();
            assertEquals("204", Tus.status(client.sendRaw("hello").answer()));
        }
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void uploadThatBeginsWhileTheExpiredAreLookedForIsLeftAlone() throws Exception {
        start(StoreOptions.builder().durability(Durability.NONE).build(), builder -> builder);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> sweeps = new CompletableFuture<>();
        Thread sweeper = new Thread(() -> {
            try {
                while (!done.get()) {
                    server.uploads().expire();
                }
                sweeps.complete(null);
            } catch (RuntimeException e) {
                sweeps.completeExceptionally(e);
            }
        });
        sweeper.start();
        try (UploadClient client = server.connect()) {
            for (int i = 0; i < 700; i++) {
                String begun = client.send(Tus.tus("POST /", "Upload-Length: 5",
                        Tus.metadata("filename", "a"), "Content-Length: 0")).answer();
                assertEquals("201", Tus.status(begun), begun);
                String ended = client.send(Tus.tus("DELETE /a?upload=" + client.name(),
                        "Content-Length: 0")).answer();
                assertEquals("204", Tus.status(ended), ended);
            }
        } finally {
            done.set(true);
            sweeper.join();
        }
        sweeps.join();
    }
}
