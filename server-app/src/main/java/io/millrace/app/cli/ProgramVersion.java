package io.millrace.app.cli;

/**
 * Which version of the program runs.
 *
 * <p>Threads: any.
 */
public final class ProgramVersion {

    private ProgramVersion() {
    }

    /** The version in the jar's manifest. */
    public static String text() {
        String version = ProgramVersion.class.getPackage().getImplementationVersion();
        return version != null ? version : "(unknown version: not run from its jar)";
    }
}
