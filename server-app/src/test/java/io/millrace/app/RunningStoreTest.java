package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.ServerStats;
import io.millrace.server.ServerStats.WorkerStats;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningStoreTest {

    @Test
    void summarySaysWhatWasServedAndHowEvenly() {
        ServerStats stats = new ServerStats(35, 2, 1, List.of(
                new WorkerStats(16, 0, 6000, 240_000_000_000L, 600_000, 0, 0, 0, 3, 0),
                new WorkerStats(17, 1, 4000, 160_000_000_000L, 400_000, 0, 0, 0, 4, 0)));
        assertEquals("""
                served 10,000 requests over 35 connections in 20.00 s: 400.0 GB in, 1.0 MB out
                  worker 0    60.0 % of bytes, 6,000 requests, 16 connections
                  worker 1    40.0 % of bytes, 4,000 requests, 17 connections
                  connections cut at the end 1, timed out 7, turned away 2
                """, RunningStore.served(stats, 1, 20_000_000_000L).replace("\r\n", "\n"));
    }

    @Test
    void summaryOfAnIdleServerHasNoShares() {
        ServerStats stats =
                new ServerStats(0, 0, 0, List.of(new WorkerStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("""
                served 0 requests over 0 connections in 1.00 s: 0 B in, 0 B out
                  worker 0     0.0 % of bytes, 0 requests, 0 connections
                  connections cut at the end 0, timed out 0, turned away 0
                """, RunningStore.served(stats, 0, 1_000_000_000).replace("\r\n", "\n"));
    }
}
