package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the program sets for the JDK's HTTP client before a bucket is opened. */
class BucketPlanTest {

    private String before;

    @BeforeEach
    void forget() {
        before = System.clearProperty(BucketPlan.KEEP_ALIVE);
    }

    @AfterEach
    void putBack() {
        System.clearProperty(BucketPlan.KEEP_ALIVE);
        if (before != null) {
            System.setProperty(BucketPlan.KEEP_ALIVE, before);
        }
    }

    @Test
    void idleConnectionsAreKeptForTenSeconds() {
        BucketPlan.keepConnectionsBriefly();
        assertEquals("10", System.getProperty(BucketPlan.KEEP_ALIVE));
    }

    @Test
    void whatTheJvmWasToldStays() {
        System.setProperty(BucketPlan.KEEP_ALIVE, "60");
        BucketPlan.keepConnectionsBriefly();
        assertEquals("60", System.getProperty(BucketPlan.KEEP_ALIVE));
    }
}
