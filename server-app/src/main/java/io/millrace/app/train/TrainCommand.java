package io.millrace.app.train;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.Units;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code train}: runs a store for some seconds, and keeps what its JVM has learned, so
 * that later starts are faster.
 *
 * <p>Threads: main, and at a signal the one of a shutdown hook.
 */
public final class TrainCommand {

    private static final String USAGE = """
            java [JVM OPTIONS] -jar millrace.jar train [FLAGS]

            Makes a cache of classes for a faster start: an AOT cache by JDK 25 and later, an
            archive of classes by earlier ones. Starts a store in a temporary folder, on a
            port of loopback that the system picks, sends it requests for some seconds and has its
            JVM write the cache. Stores, their folders and their ports are left alone.

            Beside the cache it writes a script that starts the program with it. Its arguments are
            those of millrace.jar, and JAVA_OPTS has more JVM options:

              ./millrace.sh serve --dir data

            A cache fits one JDK and one jar. When either has changed, the script starts the program
            without it: train again. Give this command the JVM options that the store is to have,
            such as -XX:+UseZGC; the script has them, too. A store that runs goes on with the cache
            that it has.

            The exit code is 0 if the cache was made, 1 if not, 2 if the arguments are wrong.
            """;

    static final Flag<String> OUTPUT = Flag.of("--output", FlagType.FILE, "",
            "file to write the cache to; the script goes beside it, with the ending .sh")
            .standardText("beside the jar, ending in .aot or .jsa");

    static final Flags FLAGS = new Flags("train", USAGE).with("Flags", OUTPUT, Flags.HELP);

    private static final long CLEARING_SECONDS = 5;

    private TrainCommand() {
    }

    /**
     * Runs the command.
     *
     * @return the exit code
     */
    public static int run(List<String> args, Map<String, String> environment, PrintStream out)
            throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("unexpected argument '" + arguments.words().get(0)
                    + "': train takes only flags, see train --help");
        }
        CacheKind kind = CacheKind.of(Runtime.version().feature());
        Path jar = jar();
        Path cache = arguments.has(OUTPUT) ? path(arguments.of(OUTPUT)) : beside(jar, kind);
        checkName(cache, jar);
        checkFolder(cache.getParent(), arguments.has(OUTPUT));
        List<String> options = options(environment);
        try {
            StartScript script = StartScript.of(kind, jar, cache, options);
            make(kind, jar, cache, options, out);
            script.write();
            out.println("made   " + cache + ", " + kind.text() + ", "
                    + Units.roundSize(Files.size(cache)));
            out.println("start  " + script.file() + " serve");
            return 0;
        } catch (IOException e) {
            throw CommandException.failure("the cache can't be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failure("interrupted");
        }
    }

    private static void make(CacheKind kind, Path jar, Path cache, List<String> options,
            PrintStream out) throws IOException, InterruptedException {
        // A store that runs has the old one mapped: that is replaced, and never written to.
        Path made = cache.resolveSibling(cache.getFileName() + ".new");
        Files.deleteIfExists(made);
        List<String> command = new ArrayList<>(List.of(StartScript.JAVA.toString()));
        command.addAll(options);
        command.addAll(kind.toMake(made));
        command.addAll(List.of("-jar", jar.toString()));
        CountDownLatch cleared = new CountDownLatch(1);
        try (TrainingStore store = TrainingStore.start(command)) {
            Thread hook = new Thread("millrace-train-stop") {
                @Override
                public void run() {
                    end(store, cleared);
                }
            };
            Runtime.getRuntime().addShutdownHook(hook);
            out.println("training a store with " + Runtime.version() + "...");
            long sent = TrainingLoad.send(store.await());
            out.println("the JVM writes what it has learned of " + sent + " requests...");
            store.stop(made);
            Runtime.getRuntime().removeShutdownHook(hook);
            Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(CacheKind.draftOf(made));
            cleared.countDown();
        }
    }

    /** At a signal: main finds its store gone, and removes what there is of it. */
    private static void end(TrainingStore store, CountDownLatch cleared) {
        store.kill();
        try {
            cleared.await(CLEARING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those options of this process' JVM that a cache depends on. */
    private static List<String> options(Map<String, String> environment) {
        List<String> words = new ArrayList<>();
        for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            words.addAll(List.of(environment.getOrDefault(name, "").strip().split("\\s+")));
        }
        words.addAll(List.of(ProcessHandle.current().info().arguments().orElse(new String[0])));
        return CacheKind.toKeep(words);
    }

    private static Path jar() throws CommandException {
        try {
            Path jar = Path.of(TrainCommand.class.getProtectionDomain().getCodeSource()
                    .getLocation().toURI());
            if (Files.isRegularFile(jar)) {
                return jar;
            }
        } catch (URISyntaxException | RuntimeException notInFile) {
            // as below
        }
        throw CommandException.failure("train needs the program's jar: java -jar millrace.jar");
    }

    private static Path path(String text) throws CommandException {
        try {
            Path file = Path.of(text).toAbsolutePath().normalize();
            if (!text.isEmpty() && !text.endsWith(File.separator) && !Files.isDirectory(file)) {
                return file;
            }
            throw CommandException.usage(OUTPUT.name() + " must be a file: " + text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(OUTPUT.name() + " must be a file: " + wrong.getMessage());
        }
    }

    /** A file of the jar's name with another ending. */
    private static Path beside(Path jar, CacheKind kind) {
        return StartScript.beside(jar, kind.ending());
    }

    /** The cache replaces the file of its name, and the script stands beside it. */
    static void checkName(Path cache, Path jar) throws CommandException {
        if (cache.equals(jar) || isSameFile(cache, jar)) {
            throw CommandException.usage(
                    OUTPUT.name() + " can't be the program's own jar: " + cache);
        }
        if (cache.toString().endsWith(StartScript.ENDING)) {
            throw CommandException.usage(OUTPUT.name() + " must not end in " + StartScript.ENDING
                    + ", which is the script's name: " + cache);
        }
    }

    /** Whether they are two names of one file, one of them a link. */
    private static boolean isSameFile(Path cache, Path jar) {
        try {
            return Files.exists(cache) && Files.isSameFile(cache, jar);
        } catch (IOException e) {
            return false; // one of them is gone, so nothing replaces it
        }
    }

    private static void checkFolder(Path folder, boolean chosen) throws CommandException {
        if (!Files.isDirectory(folder)) {
            throw CommandException.failure("the folder " + folder + " doesn't exist");
        }
        if (!Files.isWritable(folder)) {
            throw CommandException.failure("the folder " + folder
                    + " can't be written by this user: " + (chosen ? "choose another --output"
                    : "run this as its owner, or name a file elsewhere by --output"));
        }
    }
}
