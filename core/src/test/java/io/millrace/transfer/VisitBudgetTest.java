package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VisitBudgetTest {

    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private static VisitBudget begun(long bytes, long ns) {
        VisitBudget budget = new VisitBudget(bytes, ns);
        budget.begin(false, false);
        return budget;
    }

    @Test
    void lastByteEndsTheVisit() {
        VisitBudget budget = begun(10, HOUR_NS);
        budget.spend(9);
        assertTrue(budget.allowsRequest());
        budget.spend(1);
        assertTrue(budget.isUsedUp());
        assertFalse(budget.allowsRequest());
        assertFalse(budget.waitsForTurn(), "it was one large exchange, or none");
        budget.begin(false, false);
        assertTrue(budget.allowsRequest());
    }

    @Test
    void smallExchangesThatUseUpTheBytesHaveMore() {
        VisitBudget budget = begun(10, HOUR_NS);
        for (int i = 0; i < 2; i++) {
            assertTrue(budget.allowsRequest());
            budget.spend(5);
            budget.exchangeEnded();
        }
        assertFalse(budget.allowsRequest());
        assertTrue(budget.waitsForTurn());
        budget.begin(false, false);
        assertFalse(budget.waitsForTurn());
    }

    @Test
    void secondExchangeIsTheFirstThatMayBeTheLast() {
        VisitBudget budget = begun(10, 0);
        for (int i = 0; i < 2; i++) {
            assertTrue(budget.allowsRequest(), i + " exchanges");
            budget.exchangeEnded();
        }
        assertFalse(budget.allowsRequest());
        assertTrue(budget.isUsedUp());
        assertTrue(budget.waitsForTurn());
    }

    @Test
    void exchangesWithinTheTimeGoOn() {
        VisitBudget budget = begun(10, HOUR_NS);
        for (int i = 0; i < 1000; i++) {
            assertTrue(budget.allowsRequest());
            budget.exchangeEnded();
        }
        assertEquals(10, budget.bytes());
        assertFalse(budget.waitsForTurn());
    }

    @Test
    void shortVisitIsForOneRequest() {
        VisitBudget budget = new VisitBudget(1 << 20, HOUR_NS);
        budget.begin(true, false);
        assertTrue(budget.allowsRequest());
        assertFalse(budget.waitsForTurn());
        budget.exchangeEnded();
        assertFalse(budget.allowsRequest());
        assertTrue(budget.waitsForTurn());
        budget.begin(false, false);
        budget.exchangeEnded();
        assertTrue(budget.allowsRequest());
        assertEquals(1 << 20, budget.bytes());
    }

    @Test
    void longTransferWaitsForItsTurnUntilItsExchangeEnds() {
        VisitBudget budget = begun(10, HOUR_NS);
        budget.spend(10);
        budget.end(true);
        assertTrue(budget.waitsForTurn());
        budget.begin(false, true);
        budget.end(true);
        assertTrue(budget.waitsForTurn());
        budget.exchangeEnded();
        assertFalse(budget.waitsForTurn());
    }

    @Test
    void longTransferOfAnotherConnectionDoesNotCount() {
        VisitBudget budget = begun(10, HOUR_NS);
        budget.spend(10);
        budget.end(true);
        budget.begin(false, false);
        assertFalse(budget.isLongTransfer());
        assertFalse(budget.waitsForTurn());
    }

    @Test
    void shortVisitMovesLittle() {
        VisitBudget budget = new VisitBudget(1 << 20, HOUR_NS);
        budget.begin(true, false);
        assertEquals(64 << 10, budget.bytes());
        VisitBudget less = new VisitBudget(4096, HOUR_NS);
        less.begin(true, false);
        assertEquals(4096, less.bytes());
    }

    @Test
    void visitIsLargeBeyondLittleBytesOrFewExchanges() {
        VisitBudget budget = begun(1 << 20, HOUR_NS);
        budget.spend(64 << 10);
        assertFalse(budget.isLarge());
        budget.spend(1);
        assertTrue(budget.isLarge());
        budget.begin(false, false);
        for (int i = 0; i < 4; i++) {
            budget.exchangeEnded();
            assertFalse(budget.isLarge());
        }
        budget.exchangeEnded();
        assertTrue(budget.isLarge());
    }
}
