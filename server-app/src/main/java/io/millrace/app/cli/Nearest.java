package io.millrace.app.cli;

import java.util.Collection;

/**
 * Finds the name that a misspelt one was meant to be.
 *
 * <p>Threads: any.
 */
final class Nearest {

    /** No name is longer; a longer text is no misspelt one. */
    private static final int MAX_LENGTH = 64;

    private Nearest() {
    }

    /** The known name that is nearest; null if none is near. */
    static String to(String name, Collection<String> known) {
        if (name.length() > MAX_LENGTH) {
            return null;
        }
        String nearest = null;
        int least = Math.max(1, name.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** How many letters are to be added, left out, changed or swapped with the next one. */
    static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : least(a, i, b, j, steps);
            }
        }
        return steps[a.length()][b.length()];
    }

    private static int least(String a, int i, String b, int j, int[][] steps) {
        int changed = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(changed, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
    }
}
