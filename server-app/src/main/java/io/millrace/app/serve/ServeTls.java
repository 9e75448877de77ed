package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.log.Lines;
import io.millrace.app.serve.TlsFlags.Made;
import io.millrace.app.token.TokenFile;
import io.millrace.http.Handler;
import io.millrace.route.Filter;
import io.millrace.tls.ClientCertificates;
import io.millrace.tls.Tls;
import io.millrace.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/**
 * TLS as the arguments of {@code serve} want it: the files, their permissions, and the looks at
 * them while the server runs. Asked only if one of the flags was given ({@link TlsFlags#isGiven}).
 *
 * <p>Threads: main.
 */
final class ServeTls {

    /** A look is taken every four seconds: a certificate and its key are seldom renewed. */
    private static final int TURNS_PER_LOOK = 8;
    private static final int MAX_PASSWORD_BYTES = 4096;

    private final Tls tls;
    private final List<Path> files;
    private int turns;

    private ServeTls(Tls tls, List<Path> files) {
        this.tls = tls;
        this.files = files;
    }

    /**
     * Reads keys and certificates.
     *
     * @return null if the arguments name no certificate
     * @throws CommandException if the flags don't go together, or a file can't be used
     */
    static ServeTls read(Arguments arguments) throws CommandException {
        checkTogether(arguments);
        List<Path> certificates = paths(arguments, Made.CERTIFICATES);
        List<Path> keys = paths(arguments, Made.KEYS);
        if (certificates.isEmpty()) {
            return null; // HSTS alone, behind a proxy that has TLS
        }
        char[] password = password(arguments);
        Tls.Builder builder = Tls.builder();
        for (int i = 0; i < certificates.size(); i++) {
            Path key = keys.isEmpty() ? certificates.get(i) : keys.get(i);
            if (password == null) {
                builder.certificate(certificates.get(i), key);
            } else {
                builder.certificate(certificates.get(i), key, password);
            }
        }
        ClientCertificates wish = clientCertificates(arguments);
        if (wish != ClientCertificates.NONE) {
            builder.clientCertificates(wish, path(arguments, Made.CLIENT_CA));
        }
        try {
            return new ServeTls(builder.build(), files(arguments));
        } catch (TlsException e) {
            throw CommandException.failure(e.getMessage());
        }
    }

    /** All files but that of the password, which is read once. */
    private static List<Path> files(Arguments arguments) throws CommandException {
        List<Path> files = new ArrayList<>(paths(arguments, Made.CERTIFICATES));
        files.addAll(paths(arguments, Made.KEYS));
        if (arguments.has(Made.CLIENT_CA)) {
            files.add(path(arguments, Made.CLIENT_CA));
        }
        return files;
    }

    private static Path path(Arguments arguments, Flag<String> flag) throws CommandException {
        return TokenFile.path(arguments.nameOf(flag), arguments.of(flag));
    }

    private static List<Path> paths(Arguments arguments, Flag<List<String>> flag)
            throws CommandException {
        List<Path> paths = new ArrayList<>();
        for (String name : arguments.of(flag)) {
            paths.add(TokenFile.path(arguments.nameOf(flag), name));
        }
        return paths;
    }

    private static void checkTogether(Arguments arguments) throws CommandException {
        int certificates = arguments.of(Made.CERTIFICATES).size();
        int keys = arguments.of(Made.KEYS).size();
        for (Flag<?> flag : Made.ALL) {
            if (certificates == 0 && flag != Made.HSTS && arguments.has(flag)) {
                throw CommandException.usage(arguments.nameOf(flag)
                        + " needs --tls-cert: name a certificate, or make one with the command"
                        + " cert");
            }
        }
        if (keys != 0 && keys != certificates) {
            throw CommandException.usage("there must be as many --tls-key as --tls-cert, or none"
                    + " if the keys are in the same files: " + keys + " and " + certificates);
        }
    }

    private static ClientCertificates clientCertificates(Arguments arguments)
            throws CommandException {
        boolean hasCa = arguments.has(Made.CLIENT_CA);
        ClientCertificates wish = arguments.of(Made.CLIENT_CERTIFICATES);
        if (wish == null) {
            return hasCa ? ClientCertificates.NEEDED : ClientCertificates.NONE;
        }
        if (wish != ClientCertificates.NONE && !hasCa) {
            throw CommandException.usage(arguments.nameOf(Made.CLIENT_CERTIFICATES)
                    + " needs --tls-client-ca: name the file of the authorities");
        }
        return wish;
    }

    private static char[] password(Arguments arguments) throws CommandException {
        if (!arguments.has(Made.PASSWORD)) {
            return null;
        }
        Path file = path(arguments, Made.PASSWORD);
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_PASSWORD_BYTES), StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw CommandException.failure("the password file " + file + " can't be read: " + e);
        }
    }

    /**
     * Checks the flags and the files as far as that takes nothing away.
     *
     * @throws CommandException as {@link #read} does
     */
    static void check(Arguments arguments) throws CommandException {
        List<Path> read = files(arguments);
        if (arguments.has(Made.PASSWORD)) {
            read.add(path(arguments, Made.PASSWORD));
        }
        if (read.stream().noneMatch(ServeSettings::isReadOnce)) {
            read(arguments);
        } else {
            checkTogether(arguments);
            clientCertificates(arguments);
        }
    }

    /**
     * Refuses files that are objects of the store: requests could read a key there, and replace the
     * authorities of clients.
     *
     * @throws CommandException naming the first that is there
     */
    static void refuseWithin(StorePlan store, Arguments arguments) throws CommandException {
        for (Path file : files(arguments)) {
            store.refuseWithin("TLS file", file);
        }
        if (arguments.has(Made.PASSWORD)) {
            store.refuseWithin("password file", path(arguments, Made.PASSWORD));
        }
    }

    /** A handler whose responses over TLS tell browsers to come by it, if the flag says so. */
    static Handler around(Arguments arguments, Handler handler) {
        return arguments.settings().containsKey("--hsts")
                ? Filter.strictTransport(arguments.of(Made.HSTS)).around(handler) : handler;
    }

    /** Keys and certificates for the server. */
    Tls tls() {
        return tls;
    }

    /** Has SIGHUP read the files again, and looks at them, unless one can be read only once. */
    void addTo(ServeParts parts) {
        files.stream().distinct().filter(ServeTls::isOpenKey).forEach(key -> parts.warn("the key "
                + key + " can be read by every user of this machine: chmod 600 " + key));
        if (files.stream().allMatch(Files::isRegularFile)) {
            parts.reloads().add("the certificates", this::reload);
            parts.reloads().watch(() -> look(parts.lines()));
        }
    }

    /** Not an error, as it is for the token file: Kubernetes mounts keys so (0644). */
    private static boolean isOpenKey(Path file) {
        if (ServeSettings.isReadOnce(file)) {
            return false; // it has been read, and nothing would come
        }
        try {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class);
            return view != null && view.readAttributes().permissions()
                    .contains(PosixFilePermission.OTHERS_READ)
                    && Files.readString(file, StandardCharsets.ISO_8859_1)
                    .contains("PRIVATE KEY-----");
        } catch (IOException e) {
            return false; // it could be read a moment ago; whoever took it away has seen to it
        }
    }

    private void reload() throws CommandException {
        try {
            tls.reload();
        } catch (TlsException e) {
            throw CommandException.failure(e.getMessage());
        }
    }

    private void look(Lines lines) {
        turns = (turns + 1) % TURNS_PER_LOOK;
        if (turns != 0) {
            return;
        }
        try {
            if (tls.reloadIfChanged()) {
                lines.print("certificates read again: " + tls);
            }
        } catch (TlsException e) {
            lines.log(ServeTls.class, Level.WARNING,
                    "the certificates stay as they were: " + e.getMessage(), null);
        } catch (RuntimeException | Error e) {
            lines.log(ServeTls.class, Level.ERROR, "a look at the certificates failed", e);
        }
    }
}
