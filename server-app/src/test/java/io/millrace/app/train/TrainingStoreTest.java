package io.millrace.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The store that is trained. */
class TrainingStoreTest {

    @Test
    void settingsOfTheEnvironmentAreNotThoseOfTheTrainingStore() {
        Map<String, String> environment = new HashMap<>(Map.of("MILLRACE_DIR", "/srv/store",
                "MILLRACE_CONFIG", "/etc/millrace.conf", "JDK_JAVA_OPTIONS", "-Xint",
                "JAVA_TOOL_OPTIONS", "-Xint", "_JAVA_OPTIONS", "-Xint", "PATH", "p"));
        TrainingStore.clean(environment);
        assertEquals(Map.of("PATH", "p"), environment);
    }

    @Test
    void storeThatEndsBeforeItListensIsSaidWithWhatItSaid() throws IOException {
        try (TrainingStore store = TrainingStore.start(List.of("sh", "-c", "echo no room"))) {
            IOException failure = assertThrows(IOException.class, store::await);
            assertTrue(failure.getMessage().endsWith("has not started: no room"),
                    failure.getMessage());
        }
    }
}
