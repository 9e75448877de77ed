package io.millrace.app.run;

import java.util.Locale;

/**
 * What checks have come to: a line each, and how many failed.
 *
 * <p>Threads: one.
 */
final class EngineReport {

    /** One check: it returns what is worth knowing, or throws. */
    interface Check {
        String run() throws Exception;
    }

    /** A check that has found something else than it should. */
    static final class Wrong extends Exception {

        private static final long serialVersionUID = 1L;

        Wrong(String what) {
            super(what);
        }
    }

    private int passed;
    private int failed;

    void check(String name, Check check) {
        long startNs = System.nanoTime();
        String result;
        try {
            result = check.run();
            passed++;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            failed++;
            result = "FAILED: " + (e instanceof Wrong ? e.getMessage() : e.toString());
        }
        System.out.printf(Locale.ROOT, "%-46s %6.1f s  %s%n", name,
                (System.nanoTime() - startNs) / 1e9, result);
    }

    static void require(boolean holds, String what) throws Wrong {
        if (!holds) {
            throw new Wrong(what);
        }
    }

    static void same(Object expected, Object found, String what) throws Wrong {
        require(expected.equals(found), what + ": " + found + " instead of " + expected);
    }

    /** The last line; whether all is well. */
    boolean end() {
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0;
    }
}
