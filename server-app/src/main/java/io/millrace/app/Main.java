package io.millrace.app;

import io.millrace.app.admin.HealthCommand;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ProgramVersion;
import io.millrace.app.load.LoadCommand;
import io.millrace.app.log.ConsoleLog;
import io.millrace.app.serve.ConfigCommand;
import io.millrace.app.serve.ServeCommand;
import io.millrace.app.train.TrainCommand;
import io.millrace.app.verify.VerifyCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The program: finds the command that the arguments name and runs it.
 *
 * <p>Threads: main.
 */
public final class Main {

    private static final String HELP = """
            Millrace %s: a file store over HTTP/1.1, and a load generator for HTTP/1.1 servers

              java -jar millrace.jar [serve] [FLAGS]        store, serve and delete files
              java -jar millrace.jar config [FLAGS]         print or check serve's settings
              java -jar millrace.jar verify FOLDER [FLAGS]  find corrupt objects in a store's folder
              java -jar millrace.jar cert [FLAGS]           make a certificate to try TLS
              java -jar millrace.jar health [ADDRESS]       ask a running store whether it is ready
              java -jar millrace.jar load URL [FLAGS]       generate load on any HTTP/1.1 server
              java -jar millrace.jar train [FLAGS]          make a cache for a faster start
              java -jar millrace.jar COMMAND --help         print the flags of a command
              java -jar millrace.jar --version              print the version
            """;

    private Main() {
    }

    /** Runs the program; its result is the exit code. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    /**
     * Runs the command.
     *
     * @return the exit code: 0 for success, 1 if the work failed, 2 if the arguments are wrong
     */
    static int run(String[] args, Map<String, String> environment, PrintStream out,
            PrintStream err) {
        try {
            return run(Arrays.asList(args), environment, out, err);
        } catch (CommandException failed) {
            ConsoleLog.printError(err, Level.ERROR, failed.getMessage());
            return failed.exitCode();
        } catch (RuntimeException | Error unexpected) {
            // Thrown on, it would end this thread alone, and leave the server to the others.
            try {
                StringWriter trace = new StringWriter();
                unexpected.printStackTrace(new PrintWriter(trace, true));
                ConsoleLog.printError(err, Level.ERROR, "failed: " + trace);
            } catch (RuntimeException | Error noMemory) {
                return 1; // for the line either
            }
            return 1;
        }
    }

    private static int run(List<String> args, Map<String, String> environment, PrintStream out,
            PrintStream err) throws CommandException {
        String first = args.isEmpty() ? "" : args.get(0);
        List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        switch (first) {
            case "--help", "-h", "help" -> {
                out.printf(HELP, ProgramVersion.text());
                return 0;
            }
            case "--version" -> {
                out.println("Millrace " + ProgramVersion.text());
                return 0;
            }
            case "serve" -> {
                return ServeCommand.run(rest, environment, out, err);
            }
            case "config" -> {
                return written(ConfigCommand.run(rest, environment, out, err), out);
            }
            case "cert" -> {
                return CertCommand.run(rest, out);
            }
            case "verify" -> {
                return VerifyCommand.run(rest, out, err);
            }
            case "health" -> {
                return HealthCommand.run(rest, environment, out);
            }
            case "load" -> {
                return written(LoadCommand.run(rest, out, err), out);
            }
            case "train" -> {
                return TrainCommand.run(rest, environment, out);
            }
            default -> {
                if (first.isEmpty() || first.startsWith("-")) {
                    return ServeCommand.run(args, environment, out, err);
                }
                throw CommandException.usage("unknown command '" + first
                        + "': use serve, config, cert, verify, health, load or train, see --help");
            }
        }
    }

    /** The exit code of a command whose work is what it prints. */
    private static int written(int exitCode, PrintStream out) throws CommandException {
        if (exitCode == 0 && out.checkError()) {
            throw CommandException.failure("stdout can't be written to: its disk is full, or"
                    + " whatever should read it has ended");
        }
        return exitCode;
    }
}
