package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose listings are read as clients get them. Each test has its own. */
abstract class ListedFolder {

    static final FolderSettings READ_ONLY =
            new FolderSettings(64, true, false, false, false, Set.of());
    static final Pattern NAME = Pattern.compile("\n\\{\"name\":\"(.*?)\",");
    static final long PATIENCE_S = 60;
    /** Their listing doesn't fit into one piece. */
    static final int MANY = 2000;

    @TempDir
    Path temp;

    Folder folder;
    Listings listings;

    @BeforeEach
    void openFolder() throws IOException {
        folder = Folder.open(temp, READ_ONLY, new FaultLog(ListedFolder.class));
        open(8, 4 << 20, 1 << 20);
    }

    void open(int maxWaiting, long piecesBytes, long namesBytes) throws IOException {
        if (listings != null) {
            listings.close();
        }
        listings = new Listings(folder, KeyLimits.DEFAULTS, maxWaiting, piecesBytes,
                namesBytes);
    }

    @AfterEach
    void closeAll() throws IOException {
        listings.close();
        folder.close();
        if (OS.LINUX.isCurrentOs()) {
            assertEquals(0, OpenFiles.below(temp));
        }
    }

    List<String> makeMany() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            names.add(String.format("object-%04d", i));
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));
        for (String name : shuffled) {
            Files.createFile(temp.resolve(name));
        }
        return names;
    }

    Response begin(RequestHead request) throws HttpException {
        return begin(listings, request);
    }

    static Response begin(Listings listings, RequestHead request) throws HttpException {
        return listings.answer(null, request, null);
    }

    static Response known(Response response) throws Exception {
        return response.stage() == null ? response
                : response.stage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    Response get(String... fields) throws Exception {
        return known(begin(Request.of("GET", "/?format=json", fields)));
    }

    static String read(Body body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(5000);
        while (body.length() < 0 || bytes.size() < body.length()) {
            int read = body.read(bytes.size(), piece.clear());
            if (read < 0) {
                break;
            }
            bytes.write(piece.array(), 0, read);
            if (read == 0) {
                CountDownLatch readable = new CountDownLatch(1);
                body.whenReadable(readable::countDown);
                assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS), "nothing comes any more");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static List<String> names(String text) {
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    void assertNothingIsHeld() {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (listings.heldBytes() != 0) {
            assertTrue(System.nanoTime() - endNs < 0, () -> listings.heldBytes() + " bytes");
            Pause.briefly();
        }
    }
}
