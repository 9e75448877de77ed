package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DealerTest {

    /** A worker whose figures the test sets; connections that are dealt to it wait. */
    private static final class FakeLoad implements Dealer.WorkerLoad {

        private long connections;
        private long waiting;
        private long bytesInFlight;

        FakeLoad(long connections, long bytesInFlight) {
            this.connections = connections;
            this.bytesInFlight = bytesInFlight;
        }

        @Override
        public long connections() {
            return connections;
        }

        @Override
        public long waiting() {
            return waiting;
        }

        @Override
        public long bytesInFlight() {
            return bytesInFlight;
        }
    }

    /** Deals as the acceptor does, and returns who got each. */
    private static List<Integer> deal(Dealer dealer, int count, FakeLoad... workers) {
        List<Integer> dealt = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int worker = dealer.choose();
            workers[worker].connections++;
            workers[worker].waiting++;
            dealer.dealt(worker);
            dealt.add(worker);
        }
        return dealt;
    }

    private static FakeLoad[] idle(int count) {
        return Stream.generate(() -> new FakeLoad(0, 0)).limit(count).toArray(FakeLoad[]::new);
    }

    private static Dealer of(Dispatch dispatch, FakeLoad... workers) {
        return Dealer.of(dispatch, Arrays.asList(workers));
    }

    @Test
    void roundRobinGivesEachItsTurnWhateverItHasToDo() {
        FakeLoad[] workers = {new FakeLoad(9, 900), new FakeLoad(0, 0), new FakeLoad(1, 50)};
        assertEquals(List.of(0, 1, 2, 0, 1, 2),
                deal(of(Dispatch.ROUND_ROBIN, workers), 6, workers));
    }

    @Test
    void roundRobinGoesOnBehindTheOneThatTookTheConnection() {
        FakeLoad[] workers = idle(3);
        Dealer dealer = of(Dispatch.ROUND_ROBIN, workers);
        assertEquals(0, dealer.choose());
        dealer.dealt(1); // the inbox of 0 was full
        assertEquals(2, dealer.choose());
    }

    @Test
    void oneWorkerGetsAll() {
        for (Dispatch dispatch : Dispatch.values()) {
            FakeLoad[] worker = idle(1);
            assertEquals(List.of(0, 0, 0), deal(of(dispatch, worker), 3, worker));
        }
    }

    @Test
    void fewestBytesInFlightCountFirst() {
        FakeLoad[] workers = {new FakeLoad(1, 1000), new FakeLoad(9, 999), new FakeLoad(0, 1001)};
        assertEquals(1, of(Dispatch.LEAST_LOADED, workers).choose());
    }

    @Test
    void fewestConnectionsCountAmongEqualBytes() {
        FakeLoad[] workers = {new FakeLoad(3, 10), new FakeLoad(2, 10), new FakeLoad(1, 11)};
        assertEquals(1, of(Dispatch.LEAST_LOADED, workers).choose());
    }

    @Test
    void equalsHaveTheirTurns() {
        FakeLoad[] workers = {new FakeLoad(2, 10), new FakeLoad(2, 10), new FakeLoad(2, 10)};
        Dealer dealer = of(Dispatch.LEAST_LOADED, workers);
        assertEquals(0, dealer.choose());
        dealer.dealt(0);
        assertEquals(1, dealer.choose());
        dealer.dealt(1);
        assertEquals(2, dealer.choose());
        dealer.dealt(2);
        assertEquals(0, dealer.choose());
    }

    @Test
    void burstToIdleWorkersIsEven() {
        FakeLoad[] workers = idle(3);
        assertEquals(List.of(0, 1, 2, 0, 1, 2),
                deal(of(Dispatch.LEAST_LOADED, workers), 6, workers));
    }

    @Test
    void waitingConnectionIsTakenToBringWhatTheOthersHave() {
        // 40 bytes a connection: the idle worker gets two, then both are equal.
        FakeLoad[] workers = {new FakeLoad(2, 80), new FakeLoad(0, 0)};
        assertEquals(List.of(1, 1, 0, 1, 0, 1),
                deal(of(Dispatch.LEAST_LOADED, workers), 6, workers));
    }

    @Test
    void whatAWaitingConnectionBringsIsTheAverageOfTheOthersHoweverManyWorkersThereAre() {
        // 20 bytes a connection: the idle worker gets four.
        FakeLoad[] workers = {new FakeLoad(4, 80), new FakeLoad(0, 0)};
        assertEquals(List.of(1, 1, 1, 1, 0),
                deal(of(Dispatch.LEAST_LOADED, workers), 5, workers));
    }

    @Test
    void adoptedConnectionCountsByItsBytes() {
        FakeLoad[] workers = {new FakeLoad(1, 40), new FakeLoad(0, 0)};
        Dealer dealer = of(Dispatch.LEAST_LOADED, workers);
        assertEquals(List.of(1), deal(dealer, 1, workers));
        workers[1].waiting = 0;
        workers[1].bytesInFlight = 1;
        assertEquals(1, dealer.choose());
    }
}
