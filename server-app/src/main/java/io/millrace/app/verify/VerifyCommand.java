package io.millrace.app.verify;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import io.millrace.app.cli.Terminal;
import io.millrace.store.Scrub;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code verify}: compares the objects of a store's folder with the digests that are
 * kept beside them.
 *
 * <p>Threads: main, and the one of the shutdown hook.
 */
public final class VerifyCommand {

    private static final String USAGE = """
            java -jar millrace.jar verify FOLDER [FLAGS]

            Compares each object in a store's folder with the digests that are kept beside it, to
            find objects that the device has corrupted. Changes nothing, and may run while a store
            serves the folder. Digests are kept of objects whose PUT brought one or wished for one,
            or whose GET wished for one, and of all objects that a store with --keep-digests has
            received. What another program has changed since has none.

            Each corrupt or unreadable object is a line on stdout, and so is each unreadable folder,
            but for lost+found. The exit code is 0 if there is none, 1 if there is one or the check
            was stopped, 2 if the arguments are wrong.
            """;

    static final Flag<Long> RATE = Flag.of("--rate", QuantityType.LIMIT, 100_000_000L,
            "most bytes to read in a second").in("bytes");

    static final Flags FLAGS = new Flags("verify", USAGE).with("Flags", RATE, Flags.HELP);

    /** How long a Ctrl-C waits for the summary. */
    private static final long STOP_SECONDS = 5;

    private VerifyCommand() {
    }

    /**
     * Runs the command.
     *
     * @return the exit code
     */
    public static int run(List<String> args, PrintStream out, PrintStream err)
            throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        Scrub scrub = scrub(arguments);
        VerifyReport report = new VerifyReport(out, Terminal.onStderr() ? err : null,
                System.nanoTime());
        CountDownLatch printed = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(scrub, printed), "millrace-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            scrub.run(report);
        } catch (IOException e) {
            throw CommandException.failure(
                    arguments.words().get(0) + " can't be listed: " + e.getMessage());
        } finally {
            report.end(System.nanoTime(), scrub.isStopped());
            printed.countDown();
        }
        return report.isClean() && !scrub.isStopped() ? 0 : 1;
    }

    private static Scrub scrub(Arguments arguments) throws CommandException {
        if (arguments.words().size() != 1) {
            throw CommandException.usage("verify needs exactly one folder, see verify --help");
        }
        long rate = arguments.of(RATE);
        if (rate == 0) {
            throw CommandException.usage("--rate must be above 0: 0");
        }
        try {
            return new Scrub(Path.of(arguments.words().get(0)), rate);
        } catch (IOException e) {
            throw CommandException.usage(e.getMessage());
        } catch (InvalidPathException e) {
            throw CommandException.usage("not a path: " + arguments.words().get(0));
        }
    }

    /** The main thread prints what was found so far, then the JVM ends as the signal wants. */
    private static void stop(Scrub scrub, CountDownLatch printed) {
        scrub.stop();
        try {
            printed.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
