package io.millrace.app.run;

import io.millrace.app.run.RegisterOperation.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Whether what clients saw of one register is linearizable: whether there is an order of all
 * operations in which each finds what the ones before it left, and none comes before one that had
 * ended when it began (Herlihy and Wing, 1990).
 *
 * <p>The search is that of Wing and Gong (1993) with the memory of Lowe (2017), made short by what
 * is known of the states, each of which is written once: one that is left can't be found any more,
 * so all that found it come first. Whatever only looks takes its place as soon as it may, which
 * can't be wrong.
 *
 * <p>An operation without a response may happen at any time from its start on, or never. If others
 * found what it wrote, it happened before the first of them had ended. Of the rest it counts only
 * how many there are that write, and how many that remove: whichever of them does it, and whatever
 * it says to have found. So a history may be taken for good that isn't, but none for bad that is.
 *
 * <p>Threads: one.
 */
final class RegisterJudge {

    /** Places tried before it gives up. */
    private static final long MOST_STEPS = 20_000_000;
    private static final int SHOWN = 12;
    // Choices that are no operation of the list.
    private static final int UNSEEN_WRITE = -1;
    private static final int REMOVAL = -2;
    /** What a write without a response left which was never found. */
    private static final long UNSEEN = -2;

    /** Where the search stands: what it needs to go on from here in another way. */
    private record Choice(int placed, List<Integer> left, long state, int writes, int removals) {
    }

    /** All that matters for what follows: which operations have a place, by hash, and the rest. */
    private record Seen(long hash, long moreHash, long state, int writes, int removals) {
    }

    /** In the order of their starts. */
    private final List<RegisterOperation> operations;
    /** How many operations have yet to find a state. */
    private final Map<Long, Integer> finders = new HashMap<>();
    /** Starts of the writes without a response that nothing has found, ascending. */
    private final List<Long> unseenWrites = new ArrayList<>();
    /** The same of the removals. */
    private final List<Long> removals = new ArrayList<>();

    // A list of those without a place: the one after each, the one before each; the last number
    // stands for both ends.
    private final int[] next;
    private final int[] previous;
    private final long[] hashes;
    private final long[] moreHashes;

    private final List<Integer> order = new ArrayList<>();
    private final List<Choice> choices = new ArrayList<>();
    private final Set<Seen> seen = new HashSet<>();
    private long hash;
    private long moreHash;
    private long state = RegisterOperation.ABSENT;
    private int usedWrites;
    private int usedRemovals;

    /** How many have a place in the longest order that was found and doesn't go on. */
    private int longest = -1;
    private long longestState;
    /** The last of them. */
    private List<Integer> longestEnd = List.of();
    /** The first of the others. */
    private List<Integer> longestRest = List.of();

    private RegisterJudge(List<RegisterOperation> history) {
        operations = settled(history);
        int count = operations.size();
        next = new int[count + 1];
        previous = new int[count + 1];
        hashes = new long[count];
        moreHashes = new long[count];
        Random random = new Random(1);
        for (int i = 0; i <= count; i++) {
            next[i] = i == count ? 0 : i + 1;
            previous[i] = i == 0 ? count : i - 1;
            if (i < count) {
                hashes[i] = random.nextLong();
                moreHashes[i] = random.nextLong();
            }
        }
        for (RegisterOperation operation : operations) {
            if (operation.condition() == Condition.IS) {
                finders.merge(operation.state(), 1, Integer::sum);
            }
        }
    }

    /** What is wrong with a register's history, in any order; null if nothing is. */
    static String fault(List<RegisterOperation> history) {
        Set<Long> written = new HashSet<>(Set.of(RegisterOperation.ABSENT));
        for (RegisterOperation operation : history) {
            if (operation.changes() && !written.add(operation.written())
                    && operation.written() != RegisterOperation.ABSENT) {
                throw new IllegalArgumentException("written twice: " + operation);
            }
        }
        for (RegisterOperation operation : history) {
            if (operation.condition() == Condition.IS && !operation.isUnknown()
                    && !written.contains(operation.state())) {
                return "this was never written: " + operation;
            }
        }
        return new RegisterJudge(history).search();
    }

    /** Gives each operation without a response that was found an end, and takes out the others. */
    private List<RegisterOperation> settled(List<RegisterOperation> history) {
        Map<Long, Long> foundNs = found(history);
        List<RegisterOperation> settled = new ArrayList<>();
        for (RegisterOperation operation : history) {
            if (!operation.isUnknown()) {
                settled.add(operation);
            } else if (operation.written() == RegisterOperation.ABSENT) {
                removals.add(operation.startNs());
            } else if (foundNs.containsKey(operation.written())) {
                settled.add(new RegisterOperation(operation.startNs(),
                        foundNs.get(operation.written()), operation.condition(),
                        operation.state(), operation.written()));
            } else if (operation.changes()) {
                unseenWrites.add(operation.startNs());
            }
        }
        settled.sort(Comparator.comparingLong(RegisterOperation::startNs));
        unseenWrites.sort(null);
        removals.sort(null);
        return settled;
    }

    /** When each state that was found had been so for certain. */
    private static Map<Long, Long> found(List<RegisterOperation> history) {
        Map<Long, Long> foundNs = new HashMap<>();
        boolean again = true;
        while (again) {
            again = false;
            for (RegisterOperation operation : history) {
                // One without a response has found a state, too, if its own was found.
                long endNs = operation.isUnknown()
                        ? foundNs.getOrDefault(operation.written(), RegisterOperation.UNKNOWN)
                        : operation.endNs();
                if (operation.condition() == Condition.IS && endNs < foundNs.getOrDefault(
                        operation.state(), RegisterOperation.UNKNOWN)) {
                    foundNs.put(operation.state(), endNs);
                    again |= operation.state() != RegisterOperation.ABSENT;
                }
            }
        }
        return foundNs;
    }

    private String search() {
        int end = operations.size();
        List<Integer> left = null;
        for (long steps = 0; next[end] != end; steps++) {
            if (steps == MOST_STEPS) {
                return "undecided after " + steps + " steps; the longest order " + excerpt();
            }
            if (left == null) {
                left = placeLooks();
                if (next[end] == end) {
                    return null;
                }
                if (!left.isEmpty()
                        && !seen.add(new Seen(hash, moreHash, state, usedWrites, usedRemovals))) {
                    left = List.of(); // it has been here on another way, in vain
                }
            }
            if (!left.isEmpty()) {
                if (left.size() > 1) {
                    choices.add(new Choice(order.size(), left.subList(1, left.size()), state,
                            usedWrites, usedRemovals));
                }
                choose(left.get(0));
                left = null;
                continue;
            }
            if (order.size() > longest) {
                note();
            }
            if (choices.isEmpty()) {
                return "no order goes on " + excerpt();
            }
            left = back(choices.remove(choices.size() - 1));
        }
        return null;
    }

    /** Gives a place to all that only looks and can be next; returns the changes that can be. */
    private List<Integer> placeLooks() {
        int end = operations.size();
        List<Integer> changes = new ArrayList<>();
        boolean again = true;
        long firstEndNs = Long.MAX_VALUE;
        while (again) {
            again = false;
            changes.clear();
            firstEndNs = Long.MAX_VALUE;
            for (int i = next[end]; i != end && operations.get(i).startNs() <= firstEndNs;
                    i = next[i]) {
                RegisterOperation operation = operations.get(i);
                if (operation.changes()) {
                    changes.add(i);
                } else if (operation.allows(state)) {
                    place(i);
                    again = true; // what was held back by its end may be next now
                    continue;
                }
                firstEndNs = Math.min(firstEndNs, operation.endNs());
            }
        }
        changes.removeIf(i -> !operations.get(i).allows(state) || !mayLeave(operations.get(i)));
        // What ends first is most likely the next one.
        changes.sort(Comparator.comparingLong(i -> operations.get(i).endNs()));
        if (mayLeave(null)) {
            if (usedWrites < begun(unseenWrites, firstEndNs)) {
                changes.add(UNSEEN_WRITE);
            }
            if (state != RegisterOperation.ABSENT && usedRemovals < begun(removals, firstEndNs)) {
                changes.add(REMOVAL);
            }
        }
        return changes;
    }

    /** Whether nothing but this change, if any, has yet to find the state. */
    private boolean mayLeave(RegisterOperation change) {
        return state == RegisterOperation.ABSENT || finders.getOrDefault(state, 0)
                == (change != null && change.condition() == Condition.IS ? 1 : 0);
    }

    /** How many of them had begun at that time. */
    private static int begun(List<Long> startsNs, long beforeNs) {
        int from = 0;
        int to = startsNs.size();
        while (from < to) {
            int middle = (from + to) / 2;
            if (startsNs.get(middle) <= beforeNs) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private void choose(int choice) {
        if (choice == UNSEEN_WRITE) {
            usedWrites++;
            state = UNSEEN;
        } else if (choice == REMOVAL) {
            usedRemovals++;
            state = RegisterOperation.ABSENT;
        } else {
            place(choice);
            state = operations.get(choice).written();
        }
    }

    private void place(int i) {
        next[previous[i]] = next[i];
        previous[next[i]] = previous[i];
        order.add(i);
        count(i, -1);
    }

    private void count(int i, int change) {
        hash ^= hashes[i];
        moreHash ^= moreHashes[i];
        if (operations.get(i).condition() == Condition.IS) {
            finders.merge(operations.get(i).state(), change, Integer::sum);
        }
    }

    private List<Integer> back(Choice choice) {
        while (order.size() > choice.placed) {
            int i = order.remove(order.size() - 1);
            next[previous[i]] = i;
            previous[next[i]] = i;
            count(i, 1);
        }
        state = choice.state;
        usedWrites = choice.writes;
        usedRemovals = choice.removals;
        return choice.left;
    }

    private void note() {
        longest = order.size();
        longestState = state;
        longestEnd = List.copyOf(order.subList(Math.max(0, longest - SHOWN), longest));
        List<Integer> rest = new ArrayList<>();
        for (int i = next[operations.size()]; i != operations.size() && rest.size() < SHOWN;
                i = next[i]) {
            rest.add(i);
        }
        longestRest = rest;
    }

    /** The end of the longest order, and those that should come after it. */
    private String excerpt() {
        StringBuilder text = new StringBuilder("after " + longest + " of " + operations.size()
                + " operations, which left " + (longestState == UNSEEN ? "what was never found"
                        : RegisterOperation.name(longestState)) + ":\n");
        longestEnd.forEach(i -> text.append("  ").append(operations.get(i)).append('\n'));
        text.append("and then, in the order of their starts:\n");
        longestRest.forEach(i -> text.append("  ").append(operations.get(i)).append('\n'));
        return text.toString();
    }
}
