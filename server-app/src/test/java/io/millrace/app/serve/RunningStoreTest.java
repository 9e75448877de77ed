package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import org.junit.jupiter.api.Test;

class RunningStoreTest {

    @Test
    void summarySaysWhatWasServedAndHowEvenly() {
        ServerStats stats = ServerStats.builder().accepted(35).turnedAway(2).workers(
                WorkerStats.builder().connections(16).responses("PUT", 201, 6000)
                        .bytesIn(240_000_000_000L).bytesOut(600_000).timeouts("idle", 3).build(),
                WorkerStats.builder().connections(17).responses("PUT", 204, 4000)
                        .bytesIn(160_000_000_000L).bytesOut(400_000).timeouts("head", 4).build())
                .build();
        assertEquals("""
                served 10,000 requests over 35 connections in 20.00 s: 400.0 GB in, 1.0 MB out
                  worker 0    60.0 % of bytes, 6,000 requests, 16 connections
                  worker 1    40.0 % of bytes, 4,000 requests, 17 connections
                  connections: 1 cut at the end, 7 timed out, 2 turned away
                """, RunningStore.served(stats, 1, 20_000_000_000L).replace("\r\n", "\n"));
    }

    @Test
    void summaryOfAnIdleServerHasNoShares() {
        ServerStats stats = ServerStats.builder().workers(WorkerStats.builder().build()).build();
        assertEquals("""
                served 0 requests over 0 connections in 1.00 s: 0 B in, 0 B out
                  worker 0     0.0 % of bytes, 0 requests, 0 connections
                  connections: 0 cut at the end, 0 timed out, 0 turned away
                """, RunningStore.served(stats, 0, 1_000_000_000).replace("\r\n", "\n"));
    }
}
