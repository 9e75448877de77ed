package io.millrace.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadEndTest {

    @Test
    void threadsOfTheServerEndTheProcessAndOthersDoNot() {
        List<String> ended = new ArrayList<>();
        for (String name : List.of("a-worker-0", "a-worker-11", "a-acceptor", "b-acceptor",
                "millrace-log", "a-other")) {
            new ThreadEnd("a", () -> ended.add(name))
                    .uncaughtException(new Thread(name), new IllegalStateException("meant"));
        }
        assertEquals(List.of("a-worker-0", "a-worker-11", "a-acceptor"), ended);
    }
}
