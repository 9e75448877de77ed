package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process again and again in the middle of parallel uploads, of which the next process
 * finds each one where it was said to be, or further, with the right bytes.
 */
class UploadKillTest {

    private static final int KILLS = 4;
    private static final int THREADS = 4;
    private static final int PIECE = 5000;
    private static final int PIECES = 8;

    @TempDir
    Path folder;

    /** By name: how many bytes were said to be there, or that it is complete. */
    private final Map<String, Long> told = new HashMap<>();
    private static final long COMPLETE = Long.MAX_VALUE;

    @Test
    void everyOffsetThatWasToldIsThereAfterAKill() throws Exception {
        Random random = new Random(5);
        int lines = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            lines += KilledProcess.run(UploadKillTest.class, 100 + random.nextInt(300),
                    words -> note(words.get(0), Long.parseLong(words.get(1))),
                    folder.toString());
            check();
        }
        assertTrue(lines >= 100 * KILLS, "too little was done: " + lines);
        assertTrue(told.containsValue(COMPLETE), "none was complete");
        endAll();
    }

    private int note(String name, long bytes) {
        told.merge(name, bytes, Math::max);
        return 1;
    }

    private void check() throws Exception {
        try (FolderStore store = FolderStore.open(folder)) {
            for (Map.Entry<String, Long> one : told.entrySet()) {
                FileUpload upload = store.uploads().find(one.getKey());
                assertNotNull(upload, "lost at " + one.getValue());
                if (one.getValue() == COMPLETE) {
                    assertTrue(upload.isComplete());
                } else {
                    assertTrue(upload.sizeBytes() >= one.getValue(), "at " + upload.sizeBytes()
                            + " and not at " + one.getValue());
                }
                Path bytes = upload.isComplete() ? folder.resolve(upload.path().substring(1))
                        : Uploading.file(folder, upload);
                assertTrue(isOf(Files.readAllBytes(bytes), upload.path()), "mixed: " + upload);
                assertTrue(upload.note()[0] <= upload.sizeBytes() / PIECE, "the note is ahead");
            }
        }
    }

    private void endAll() throws Exception {
        try (FolderStore store = FolderStore.open(folder)) {
            for (FileUpload upload : store.uploads().all()) {
                if (!upload.isComplete()) {
                    assertEquals(201, complete(upload).status());
                }
                upload.discard();
            }
        }
        assertEquals(List.of(), Uploading.files(folder));
    }

    /** The bytes of an upload tell its path and where they are. */
    private static byte[] piece(String path, long from) {
        byte[] piece = new byte[PIECE];
        for (int i = 0; i < PIECE; i++) {
            piece[i] = at(path, from + i);
        }
        return piece;
    }

    private static byte at(String path, long position) {
        return (byte) (path.hashCode() * 31 + position * 7 + position / 251);
    }

    private static boolean isOf(byte[] bytes, String path) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != at(path, i)) {
                return false;
            }
        }
        return true;
    }

    /** The process that is killed: goes on with what is there, and begins more. */
    public static void main(String[] arguments) throws Exception {
        FolderStore store = FolderStore.open(Path.of(arguments[0]));
        List<List<FileUpload>> begun = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            begun.add(new ArrayList<>());
        }
        int i = 0;
        Map<String, FileUpload> found = new TreeMap<>();
        for (FileUpload upload : store.uploads().all()) {
            found.put(upload.name(), upload);
        }
        for (FileUpload upload : found.values()) {
            begun.get(i++ % THREADS).add(upload);
        }
        for (List<FileUpload> mine : begun) {
            new Thread(() -> work(store, mine)).start();
        }
    }

    private static void work(FolderStore store, List<FileUpload> begun) {
        try {
            for (FileUpload upload : begun) {
                goOn(upload);
            }
            for (long i = System.nanoTime();; i++) {
                goOn(store.uploads().create(put("/k" + Thread.currentThread().getId() + "-" + i),
                        PIECE * PIECES, new byte[] {0}));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void goOn(FileUpload upload) throws Exception {
        while (!upload.isComplete() && upload.sizeBytes() < PIECE * PIECES) {
            long position = upload.sizeBytes();
            FileChannel file = upload.open(position);
            try {
                ByteBuffer piece = ByteBuffer.wrap(piece(upload.path(), position));
                piece.limit((int) Math.min(PIECE, PIECE * PIECES - position));
                // Several writes, so that a kill comes between them.
                while (piece.hasRemaining()) {
                    ByteBuffer some = piece.slice(piece.position(),
                            Math.min(700, piece.remaining()));
                    int count = file.write(some, position);
                    piece.position(piece.position() + count);
                    position += count;
                }
            } finally {
                upload.close();
            }
            KilledProcess.say(upload.name(), position);
            upload.note(new byte[] {(byte) (position / PIECE)});
        }
        if (!upload.isComplete()) {
            upload.complete(put(upload.path()));
            KilledProcess.say(upload.name(), COMPLETE);
        }
    }
}
