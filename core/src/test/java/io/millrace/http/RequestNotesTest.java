package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestNotesTest {

    private final RequestNotes notes = RequestNotes.kept();

    @Test
    void nothingIsNotedAtFirst() {
        assertTrue(notes.isKept());
        assertNull(notes.user());
        assertEquals(0, notes.deviceNs());
        assertEquals(Map.of(), notes.others());
    }

    @Test
    void waitsForTheDeviceAddUp() {
        notes.waitedForDevice(3);
        notes.waitedForDevice(4);
        assertEquals(7, notes.deviceNs());
    }

    @Test
    void lastUserCounts() {
        notes.user("ann");
        assertEquals("ann", notes.user());
        notes.user(null);
        assertNull(notes.user());
    }

    @Test
    void innermostRouteCounts() {
        assertNull(notes.route());
        notes.route("/users/{...}");
        notes.route("/users/{id}");
        assertEquals("/users/{id}", notes.route());
    }

    @Test
    void sixteenOthersAreKeptAndOneMoreIsNot() {
        for (int i = 0; i < 16; i++) {
            notes.put("n" + i, "v");
        }
        assertEquals(16, notes.others().size());
        notes.put("n16", "v");
        notes.put("n3", "new");
        assertEquals(16, notes.others().size());
        assertEquals("new", notes.others().get("n3"));
        assertEquals(List.of("n0", "n1"), List.copyOf(notes.others().keySet()).subList(0, 2));
    }

    @Test
    void whatIsNotObservedKeepsNothing() {
        RequestNotes.NONE.user("ann");
        RequestNotes.NONE.waitedForDevice(3);
        RequestNotes.NONE.put("a", "b");
        RequestNotes.NONE.route("/a");
        assertNull(RequestNotes.NONE.route());
        assertFalse(RequestNotes.NONE.isKept());
        assertNull(RequestNotes.NONE.user());
        assertEquals(0, RequestNotes.NONE.deviceNs());
        assertEquals(Map.of(), RequestNotes.NONE.others());
    }
}
