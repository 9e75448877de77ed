package io.millrace;

import static io.millrace.House.assertKept;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decisions, and what cites them. */
class DecisionsTest {

    @Test
    void citedDecisionsExist() {
        Set<Integer> known = HouseRules.decisions(House.PAGES.get("docs/decisions.md"));
        assertFalse(known.isEmpty());
        List<String> breaches = new ArrayList<>();
        House.SOURCES.stream().filter(file -> !file.type().equals("DecisionsTest"))
                .forEach(file -> breaches.addAll(
                        HouseRules.unknownDecisions(file.path, file.comments, known)));
        House.PAGES.forEach((path, page) ->
                breaches.addAll(HouseRules.unknownDecisions(path, page, known)));
        assertKept(breaches);
    }

    @Test
    void citationOfNoDecisionIsFound() {
        Set<Integer> known = HouseRules.decisions("# Decisions\n\n1. **A.** B.\n2. **C.** D.\n");
        assertEquals(Set.of(1, 2), known);
        for (String text : List.of("decision 3", "Decisions 1 and 3", "docs/decisions.md 3",
                "decisions 1, 2, 3", "[decisions](decisions.md) 3", "a\n * decision\n     * 3")) {
            assertEquals(List.of("x: there is no decision 3"),
                    HouseRules.unknownDecisions("x", text, known));
        }
        assertEquals(List.of(), HouseRules.unknownDecisions("x", "decisions 1 and 2", known));
    }

    @Test
    void eachDecisionHasANumberOfItsOwn() {
        assertKept(HouseRules.decidedTwice(House.PAGES.get("docs/decisions.md")));
    }

    @Test
    void numberOfTwoDecisionsIsFound() {
        assertEquals(List.of("there are two decisions 2"), HouseRules.decidedTwice(
                "1. **A.** B.\n2. **C.** See decision 1.\n\n## More\n\n2. **D.** E.\n"));
    }

    @Test
    void decisionsStandInTheOrderOfTheirNumbers() {
        assertKept(HouseRules.decidedOutOfOrder(House.PAGES.get("docs/decisions.md")));
    }

    @Test
    void decisionBehindALargerOneIsFound() {
        assertEquals(List.of("decision 2 stands behind 3"), HouseRules.decidedOutOfOrder(
                "1. **A.** B.\n3. **C.** D.\n\n## More\n\n2. **E.** F.\n"));
    }
}
