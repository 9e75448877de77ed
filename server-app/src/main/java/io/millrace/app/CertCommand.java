package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.TextList;
import io.millrace.app.token.TokenFile;
import io.millrace.tls.SelfSignedCertificate;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The command {@code cert}: makes a self-signed certificate and its key, for a first try of TLS.
 *
 * <p>Threads: main.
 */
final class CertCommand {

    private static final String USAGE = """
            java -jar millrace.jar cert [FLAGS]

            Makes a private key and a certificate that is signed by itself, to try TLS. It is for
            localhost, 127.0.0.1, ::1, the name of this machine and each --name. Clients trust it
            only if they are given it, such as by curl --cacert cert.pem. For a server that others
            use, get a certificate from a certificate authority.

            Existing files are never replaced.
            """;

    static final Flag<List<String>> NAME = Flag.of("--name", TextList.NAMES, List.of(),
            "more host names and IP addresses that the certificate is for; may be repeated")
            .standardText("none");
    static final Flag<Long> DAYS = Flag.of("--days", FlagType.numberIn(1, 825), 365L,
            "time for which the certificate is valid").in("days");
    static final Flag<String> CERTIFICATE = Flag.of("--cert", FlagType.FILE, "cert.pem",
            "file to write the certificate to");
    static final Flag<String> KEY = Flag.of("--key", FlagType.FILE, "key.pem",
            "file to write the private key to, which only its owner may read");

    static final Flags FLAGS =
            new Flags("cert", USAGE).with("Flags", NAME, DAYS, CERTIFICATE, KEY, Flags.HELP);

    private CertCommand() {
    }

    /**
     * Runs the command.
     *
     * @return the exit code
     */
    static int run(List<String> args, PrintStream out) throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("unexpected argument '" + arguments.words().get(0)
                    + "': cert takes only flags, see cert --help");
        }
        Path certificate = TokenFile.path(CERTIFICATE.name(), arguments.of(CERTIFICATE));
        Path key = TokenFile.path(KEY.name(), arguments.of(KEY));
        if (certificate.toAbsolutePath().normalize().equals(key.toAbsolutePath().normalize())) {
            throw CommandException.usage(CERTIFICATE.name() + " and " + KEY.name()
                    + " must name two files: " + certificate);
        }
        Set<String> names = names(arguments.of(NAME), machineName());
        Duration validity = Duration.ofDays(arguments.of(DAYS));
        try {
            SelfSignedCertificate.of(List.copyOf(names), validity).write(certificate, key);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(NAME.name() + ": " + wrong.getMessage());
        } catch (IOException e) {
            throw CommandException.failure(failure(e));
        }
        out.println("made " + certificate + " and " + key + " for " + String.join(", ", names)
                + ", valid for " + validity.toDays() + " days");
        out.println("  serve  java -jar millrace.jar --tls-cert " + certificate + " --tls-key "
                + key);
        out.println("  try    curl --cacert " + certificate + " https://localhost:8080/");
        return 0;
    }

    /**
     * What the certificate is for.
     *
     * @param machine its name; left out if no certificate can be for it, such as that of a
     *     container whose id happens to be a number
     */
    static Set<String> names(List<String> given, String machine) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        String label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
        if (machine.matches(label + "(\\." + label + ")*") && !machine.matches("[0-9.]+")) {
            names.add(machine);
        }
        names.addAll(given);
        return names;
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return ""; // a machine that doesn't know its own name is reached by another one
        }
    }

    private static String failure(IOException wrong) {
        if (wrong instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " exists already and is not replaced: delete it, or name"
                    + " other files with --cert and --key";
        }
        if (wrong instanceof NoSuchFileException missing) {
            return "there is no folder for " + missing.getFile();
        }
        if (wrong instanceof AccessDeniedException denied) {
            return denied.getFile() + " can't be written by this user";
        }
        return "the files can't be written: " + wrong.getMessage();
    }
}
