package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.app.log.Lines;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServePartsTest {

    private final List<String> closed = new ArrayList<>();
    private final ServeParts parts = new ServeParts(new Lines(System.out, Runnable::run));

    private Closeable failing(String name) {
        return () -> {
            closed.add(name);
            throw new IOException(name);
        };
    }

    @Test
    void partsAreClosedOnceTheLastOneFirst() throws Exception {
        parts.add(() -> closed.add("log"));
        parts.add(() -> closed.add("admin"));
        parts.close();
        parts.close();
        assertEquals(List.of("admin", "log"), closed);
    }

    @Test
    void partThatFailsKeepsNoOtherFromBeingClosed() {
        parts.add(failing("log"));
        parts.add(() -> closed.add("redirect"));
        parts.add(failing("admin"));
        IOException failed = assertThrows(IOException.class, parts::close);
        assertEquals(List.of("admin", "redirect", "log"), closed);
        assertEquals("admin", failed.getMessage());
        assertEquals("log", failed.getSuppressed()[0].getMessage());
    }

    @Test
    void partThatMeetsAFullHeapKeepsNoOtherFromBeingClosed() {
        parts.add(failing("log"));
        parts.add(() -> {
            throw new OutOfMemoryError("planted");
        });
        Error failed = assertThrows(OutOfMemoryError.class, parts::close);
        assertEquals(List.of("log"), closed);
        assertEquals("log", failed.getSuppressed()[0].getMessage());
    }
}
