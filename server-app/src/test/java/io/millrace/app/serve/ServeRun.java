package io.millrace.app.serve;

import io.millrace.app.RawRequest;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import io.millrace.app.token.TokenFileTest;
import io.millrace.server.HttpServer;
import io.millrace.tls.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The command {@code serve} within this process, on ports of its own. */
final class ServeRun implements AutoCloseable {

    /** Makes {@link #makePair} be used. */
    static final String TLS = "--tls-cert %a.pem --tls-key %a.key ";

    private final Path temp;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final ServeParts parts = new ServeParts(new Lines(print, Runnable::run));
    private RunningStore serving;

    /** One whose files are in a folder. */
    ServeRun(Path temp) {
        this.temp = temp;
    }

    /**
     * Starts it in the folder {@code data}.
     *
     * @param line flags, in which a percent sign stands for the folder of all files
     * @return its URL
     */
    String start(String line) throws CommandException {
        return startWith("--port 0 --dir %data " + line);
    }

    /** The same over a bucket, with keys that an engine of tests believes. */
    String startOver(HttpServer engine, String line) throws CommandException, IOException {
        TokenFileTest.write(temp.resolve("keys"),
                "AWS_ACCESS_KEY_ID=ID\nAWS_SECRET_ACCESS_KEY=secret\n");
        return startWith("--port 0 --bucket http://127.0.0.1:" + engine.address().getPort()
                + "/bucket/ --bucket-keys %keys " + line);
    }

    /** The same at another address than a port of its own. */
    String startOn(String address, String line) throws CommandException {
        return startWith("--dir %data --address " + address + ' ' + line);
    }

    /** The same with a configuration file, which names the folder, and nothing else. */
    String startFrom(Path file) throws CommandException {
        return startWith("--port 0 --config " + file);
    }

    private String startWith(String line) throws CommandException {
        String all = "--wrong-token-delay 0s " + line;
        serving = ServeCommand.startAll(new Configuration(ServeFlags.FLAGS.parse(
                List.of(all.strip().replace("%", temp + "/").split(" +"))), Map.of()), parts,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return lastUrl(serving.banner());
    }

    private static String lastUrl(String banner) {
        return banner.substring(banner.lastIndexOf(' ') + 1).strip();
    }

    /** The URL in the line of the banner that begins so. */
    String url(String line) {
        return serving.banner().lines().filter(each -> each.strip().startsWith(line)).findFirst()
                .map(ServeRun::lastUrl).orElse(null);
    }

    /** What it has said on stdout. */
    String out() {
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** What it says on stderr once it has started. */
    String warnings() {
        err.reset();
        parts.printWarnings(new PrintStream(err, true, StandardCharsets.UTF_8));
        return err.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** What a signal to reload does. */
    void reload() {
        parts.reloads().reloadAll();
    }

    /** Makes the key and certificate of {@link #TLS}, in place of those before. */
    void makePair() throws IOException {
        SelfSignedCertificate.of(List.of("localhost"), Duration.ofDays(1))
                .write(temp.resolve("a.pem"), temp.resolve("a.key"));
    }

    /** The status of a PUT. */
    static int put(String url, String path, String token) throws IOException {
        return RawRequest.status(RawRequest.send(url, "PUT " + path + " HTTP/1.1\r\n"
                + "Authorization: Bearer " + token + "\r\n", "x"));
    }

    /** The response to a GET with these fields, each with its line end. */
    static String get(String url, String path, String fields) throws IOException {
        return RawRequest.send(url, "GET " + path + " HTTP/1.1\r\n" + fields, "");
    }

    /** Stops the server. */
    void stop() throws IOException {
        serving.stop(print);
        serving = null;
    }

    @Override
    public void close() throws IOException {
        if (serving != null) {
            stop();
        }
        parts.close();
    }
}
