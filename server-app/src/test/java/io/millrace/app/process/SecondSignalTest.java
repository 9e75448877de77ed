package io.millrace.app.process;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

class SecondSignalTest {

    // What it throws would end the stop before requests have had their time.
    @Test
    void systemWithoutAThreadForItKeepsNoStopFromGoingOn() {
        assertDoesNotThrow(() -> SecondSignal.watch(thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        }));
    }
}
