package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Flag;
import io.millrace.app.load.ScriptedServer;
import io.millrace.app.serve.ServeFlags;
import io.millrace.app.serve.ServeSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpNamesTheCommands(String arg) {
        MainRun run = MainRun.of(arg);
        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("COMMAND --help"), run.out());
        assertTrue(run.out().contains("load URL"), run.out());
        assertEquals("", run.err());
    }

    // Else only its thread would end, beside those of a server that no signal stops in order.
    @Test
    void failureThatNothingForesawEndsTheProgram() {
        Map<String, String> environment = new HashMap<>() {
            @Override
            public Set<String> keySet() {
                throw new IllegalStateException("planted");
            }
        };
        MainRun run = MainRun.in(environment, "serve");
        assertEquals(1, run.exitCode());
        String start = "millrace: failed: java.lang.IllegalStateException: planted";
        assertTrue(run.err().startsWith(start), run.err());
    }

    @Test
    void serveHelpMentionsEveryFlag() {
        MainRun run = MainRun.of("serve", "--help");
        assertEquals(0, run.exitCode());
        assertEquals(run.out(), MainRun.of("--port", "0", "--help").out());
        for (Flag<?> flag : ServeFlags.FLAGS.all()) {
            assertTrue(run.out().contains("  " + flag.name() + " ")
                    || run.out().contains("  " + flag.name() + "\n"), flag.name());
        }
        run.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void versionIsOneLine() {
        MainRun run = MainRun.of("--version");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().matches("Millrace [^\n]+\n"), run.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "store | unknown command 'store': use serve, config, cert, verify, health, load or "
                + "train, see --help",
        "--prot 1 | unknown flag --prot: did you mean --port? See serve --help",
        "config data | unexpected argument 'data': serve takes only flags, see serve --help",
        "serve -p 1 | unknown flag -p, see serve --help",
        "serve data | unexpected argument 'data': serve takes only flags, see serve --help",
        "--port 65536 | --port must be a number in [0, 65535]: 65536",
        "--port | --port needs a value: --port N",
        "--contract strict | --contract must be http or article: strict",
        "--listen 8080 | --listen must be ADDRESS:PORT, [IPV6]:PORT or unix:PATH, separated by "
                + "commas: 8080",
        "--admin 9180 | --admin must be ADDRESS:PORT, [IPV6]:PORT or unix:PATH, separated by "
                + "commas: 9180",
        "--health-path a | --health-path must begin with a slash and have no query or escapes: a",
        "--address unix:a --port 1 | --port can't be used with --address unix:a: "
                + "a Unix domain socket has no port",
        "--discard --address unix: | --address must name the socket's file: unix:PATH",
        "--dir s3://user:hush@h/b | --dir can't be a URL (s3:...): write ./ before a folder's name "
                + "that has a colon",
        "--dir file:/tmp/hush | --dir can't be a URL (file:...): write ./ before a folder's name "
                + "that has a colon",
        "--dir a.b+c-1:hush | --dir can't be a URL (a.b+c-1:...): write ./ before a folder's name "
                + "that has a colon",
        "--cors app.example | --cors: "
                + "invalid origin, must be scheme and host in lower case, without a path or "
                + "a default port, such as https://app.example: app.example",
        "--cors https://app.example/ | --cors: "
                + "invalid origin, must be scheme and host in lower case, without a path or "
                + "a default port, such as https://app.example: https://app.example/",
        "--cors https://App.example | --cors: "
                + "invalid origin, must be scheme and host in lower case, without a path or "
                + "a default port, such as https://app.example: https://App.example",
        "--cors null | --cors: "
                + "invalid origin, must be scheme and host in lower case, without a path or "
                + "a default port, such as https://app.example: null",
        "--cors *,https://a.example --read-only | --cors: * is all origins, and must be the only "
                + "one",
        "--cors * | --cors * lets every page in a browser that reaches the store write and delete: "
                + "name the sites, or use --token-file or --read-only",
        "--workers 0 | --workers must be in [1, 1024]: 0",
        "--wait-for-folder 86400001ms | --wait-for-folder must be in [0s, 24h]: 86400001ms",
        "load | load needs exactly one URL, see load --help",
        "load http://h http://i | load needs exactly one URL, see load --help",
        "load ftp://h | the URL must be http://HOST[:PORT][/PATH] or https://...: ftp://h",
        "load http://h --connections 0 | --connections must be a number in [1, 4096]: 0",
        "load http://h --connections 4097 | --connections must be a number in [1, 4096]: 4097",
        "load http://h --requests 0 | --requests must be a number in [1, 1000000000000]: 0",
        "load http://h --method PATCH | --method must be PUT or GET or HEAD or DELETE or POST: "
                + "PATCH",
        "load http://h --timeout 25h | --timeout must be in [1ms, 24h]: 25h",
        "load http://h --port 1 | unknown flag --port: did you mean --plot? See load --help",
        "load http://h --rate 0 | --rate must be a number in [1, 10000000]: 0",
        "load http://h --rate 1.5 | --rate must be a number in [1, 10000000]: 1.5",
        "load http://h --duration 0s | --duration must be in [1ms, 168h]: 0s",
        "load http://h --duration 169h | --duration must be in [1ms, 168h]: 169h",
        "load http://h --warmup 1 | --warmup must be a time such as 500ms, 60s, 5m, 1h or 30d: 1",
        "load http://h --size 2KB..1KB | --size must be two sizes with the smaller one first: "
                + "2KB..1KB",
        "load http://h --size 1KB.. | --size must be a size such as 500, 40MB or 16KiB: 1KB..",
        "load http://h --accept 99 | --accept must be status codes such as 404,412: 99",
        "load http://h --accept x | --accept must be status codes such as 404,412: x",
        "load http://h --header X | --header must be a header field such as 'Accept: text/html': X",
        "load http://h --header Content-Length:1 | --header must be none of the fields that "
                + "frame a message: Content-Length:1",
        "load http://h --seed -1 | --seed must be a number in [0, 2147483647]: -1",
        "load http://h --verify | --verify needs requests that GET, see --method",
        "load http://h --insecure | --cacert and --insecure are for https://, not http://h",
        "load http://h --cacert a.pem | --cacert and --insecure are for https://, not http://h",
        "load https://h --cacert a.pem --insecure | --cacert and --insecure exclude each other",
        "load http://h --mix m --keys 1 | --keys stands in the lines of --mix, not beside it",
        "load http://h --mix m --method GET | --method stands in the lines of --mix, not beside it",
        "load http://h --mix m --size 1 | --size stands in the lines of --mix, not beside it"})
    void wrongArgumentsAreOneLineAndExitCode2(String args, String message) {
        MainRun run = MainRun.of(args.split(" "));
        assertEquals("millrace: " + message + "\n", run.err());
        assertEquals("", run.out());
        assertEquals(2, run.exitCode());
    }

    @Test
    void unknownAddressIsOneLineAndExitCode1() {
        MainRun run = MainRun.of("--discard", "--address", "::zz");
        assertEquals(1, run.exitCode());
        assertEquals("millrace: unknown address: ::zz\n", run.err());
        assertEquals("", run.out());
    }

    @Test
    void socketWhereAnotherFileStandsIsOneLineAndExitCode1(@TempDir Path temp) throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        MainRun run = MainRun.of("--discard", "--port", "0", "--listen", "unix:" + file);
        assertEquals("millrace: can't listen on unix:" + file
                + ": the file exists and is not a socket\n", run.err());
        assertEquals("", run.out());
        assertEquals(1, run.exitCode());
    }

    @Test
    void folderThatCannotBeMadeIsOneLineAndExitCode1(@TempDir Path temp) throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        MainRun run = MainRun.of("--port", "0", "--dir", file.resolve("data").toString());
        assertEquals(1, run.exitCode());
        assertEquals("millrace: the folder " + file + "/data can't be made: Not a directory: remove"
                + " the file " + file + ", or choose another --dir\n", run.err());
        assertEquals("", run.out());
    }

    @Test
    void portInUseIsOneLineAndExitCode1AndTheFolderIsFreeAgain(@TempDir Path temp)
            throws Exception {
        try (ScriptedServer other = ScriptedServer.answering("")) {
            String port = other.url().substring(other.url().lastIndexOf(':') + 1);
            for (int attempt = 0; attempt < 2; attempt++) {
                MainRun run = MainRun.of("--port", port, "--dir", temp.toString());
                assertEquals(1, run.exitCode());
                String said = "millrace: can't listen on 127\\.0\\.0\\.1:" + port + ": [^:\n]+";
                assertTrue(run.err().matches(said + (OS.LINUX.isCurrentOs() ? ": process "
                        + ProcessHandle.current().pid() + " \\([^\n]+\\) listens on the port: stop"
                        + " it, or choose another port\n" : "\n")), run.err());
                assertFalse(run.out().contains("listening"), run.out());
            }
        }
    }

    @Test
    void settingsOrResultsThatCannotBeWrittenAreAFailure() throws Exception {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left on device");
            }
        });
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ScriptedServer server =
                ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            for (String line : List.of("config", "load " + server.url() + " --requests 1")) {
                err.reset();
                assertEquals(1, Main.run(line.split(" "), Map.of(), full, new PrintStream(err)));
                assertEquals("millrace: stdout can't be written to: its disk is full, or whatever"
                        + " should read it has ended", err.toString().strip());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"data, -1", "C:\\data, -1", "c:data, -1", "./s3:a, -1", "/a:b, -1", "1a:b, -1",
        "a b:c, -1", "a/b:c, -1", "s3:, 2", "S3://a, 2", "ab:c, 2"})
    void schemeHasTwoLettersOrMoreBeforeItsColon(String dir, int end) {
        assertEquals(end, ServeSettings.schemeEnd(dir));
    }
}
