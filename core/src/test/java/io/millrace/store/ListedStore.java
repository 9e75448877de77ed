package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store whose folder can be listed, as clients see it. Each test has its own. */
abstract class ListedStore {

    static final Pattern NAME = Pattern.compile("\n\\{\"name\":\"(.*?)\",\"type\"");
    static final Pattern NEXT = Pattern.compile("\"next\":\"(\\?[^\"]*)\"\\}\n$");
    /** Their listing doesn't fit into one piece. */
    static final int MANY = 2000;

    @TempDir
    Path temp;

    Path folder;
    FolderStore store;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = temp.resolve("data");
        open(StoreOptions.builder());
    }

    void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(folder, options.build());
        client = new Client(store);
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    static List<String> names(Reply reply) {
        assertEquals(200, reply.status());
        String text = reply.text();
        assertTrue(text.startsWith("{\"path\":\"/") && text.endsWith("}\n"), text);
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    List<String> names(String target) {
        return names(client.get(target, "Accept", "application/json"));
    }

    static String next(Reply reply) {
        Matcher next = NEXT.matcher(reply.text());
        return next.find() ? next.group(1) : null;
    }

    Path make(String name) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }

    List<String> makeMany() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            names.add(String.format("object-%04d", i));
            make("d/" + names.get(i));
        }
        return names;
    }

    Response handle(Request request) {
        try {
            return store.handle(request).complete();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
