package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import io.millrace.app.token.TokenFileTest;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the keys of an engine come from; a text shows the first four characters of their id. */
class KeyChoiceTest {

    private static final String SECRET = "geheim";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> args = new ArrayList<>(List.of("--bucket", "https://e/bucket"));

    @BeforeEach
    void startAtAnEmptyHome() {
        environment.put("HOME", folder.toString());
    }

    private String keys() throws CommandException {
        return new KeyChoice(ServeFlags.FLAGS.parse(args), environment).read().toString();
    }

    private String refusal() {
        String message = assertThrows(CommandException.class, this::keys).getMessage();
        assertFalse(message.contains(SECRET), message);
        return message;
    }

    private void set(String prefix, String id) {
        environment.put(prefix + "_ACCESS_KEY_ID", id);
        environment.put(prefix + "_SECRET_ACCESS_KEY", SECRET);
    }

    private Path file(String name, String text) throws Exception {
        folder.resolve(name).getParent().toFile().mkdirs();
        return TokenFileTest.write(folder.resolve(name), text);
    }

    private String profile(String name, String id) {
        return "[" + name + "]\naws_access_key_id = " + id + "\naws_secret_access_key = " + SECRET
                + "\n";
    }

    @Test
    void eachSourceWinsOverThoseBehindIt() throws Exception {
        file(".aws/credentials", profile("default", "DEFAULT") + profile("other", "OTHER"));
        assertEquals("DEFA...", keys());
        environment.put("AWS_PROFILE", "");
        assertEquals("DEFA...", keys());
        environment.put("AWS_PROFILE", "other");
        assertEquals("OTHE...", keys());
        set("AWS", "VARIABLE");
        assertEquals("VARI...", keys());
        set("MILLRACE", "MILLRACES");
        assertEquals("MILL...", keys());
        args.addAll(List.of("--bucket-profile", "default"));
        assertEquals("DEFA...", keys());
    }

    @Test
    void keysOfAFileWinOverTheEnvironment() throws Exception {
        set("MILLRACE", "MILLRACES");
        Path file = file("keys", "AWS_ACCESS_KEY_ID=FILES\nAWS_SECRET_ACCESS_KEY=" + SECRET);
        args.addAll(List.of("--bucket-keys", file.toString()));
        assertEquals("FILE...", keys());
        args.addAll(List.of("--bucket-profile", "default"));
        assertEquals("--bucket-profile can't be used with --bucket-keys: leave one of the two out",
                refusal());
    }

    @Test
    void fileOfProfilesMayBeElsewhere() throws Exception {
        environment.put("AWS_SHARED_CREDENTIALS_FILE",
                file("elsewhere", profile("default", "ELSEWHERE")).toString());
        assertEquals("ELSE...", keys());
    }

    /** The session token of what is sent to an engine with the keys of the environment. */
    private String sentToken() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        try (HttpServer engine = HttpServer.start(0, request -> {
            sent.add(String.valueOf(request.headers().first("x-amz-security-token")));
            return Response.of(Status.FORBIDDEN);
        })) {
            BucketOptions options = BucketOptions.builder("http://127.0.0.1:"
                    + engine.address().getPort() + "/bucket/").keys(new KeyChoice(
                            ServeFlags.FLAGS.parse(args), environment).read()).build();
            assertThrows(IOException.class, () -> BucketStore.open(options));
        }
        return sent.get(0);
    }

    // Short-lived keys are refused without.
    @Test
    void tokenOfShortLivedKeysIsSentWithThoseOfItsKind() throws Exception {
        set("AWS", "VARIABLE");
        environment.put("AWS_SESSION_TOKEN", "ofAws");
        assertEquals("ofAws", sentToken());
        set("MILLRACE", "MILLRACES");
        assertEquals("null", sentToken());
        environment.put("MILLRACE_SESSION_TOKEN", "own");
        assertEquals("own", sentToken());
    }

    @Test
    void checkMissesKeysAsTheStartDoes() {
        CommandException refused = assertThrows(CommandException.class,
                () -> new KeyChoice(ServeFlags.FLAGS.parse(args), environment).check());
        assertEquals(refusal(), refused.getMessage());
    }

    @Test
    void keyThatIsNoneIsOneLineWithoutIt() {
        set("AWS", "two words");
        String refusal = refusal();
        assertFalse(refusal.contains("two words"), refusal);
    }

    @Test
    void checkReadsNoFileThatCanBeReadOnlyOnce() throws Exception {
        environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        args.addAll(List.of("--bucket-profile", "a"));
        new KeyChoice(ServeFlags.FLAGS.parse(args), environment).check();
        assertTrue(refusal().contains("/dev/null"), refusal());
    }

    @Test
    void halfAPairIsRefusedRatherThanFilledUp() {
        set("AWS", "VARIABLE");
        environment.put("MILLRACE_SECRET_ACCESS_KEY", SECRET);
        assertEquals("the variable MILLRACE_SECRET_ACCESS_KEY is set and MILLRACE_ACCESS_KEY_ID is"
                + " not: set both", refusal());
        environment.remove("MILLRACE_SECRET_ACCESS_KEY");
        environment.remove("AWS_SECRET_ACCESS_KEY");
        assertEquals("the variable AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set"
                + " both", refusal());
    }

    @Test
    void withoutKeysTheLineSaysWhereToPutThem() {
        assertEquals("the engine needs keys: set the variables AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY, or name a file by --bucket-keys", refusal());
    }

    @Test
    void fileThatCannotBeUsedIsOneLineWithoutASecret() throws Exception {
        args.addAll(List.of("--bucket-keys", folder.resolve("missing").toString()));
        assertTrue(refusal().contains("there is no key file " + folder.resolve("missing")));
        args.set(3, file("half", "AWS_SECRET_ACCESS_KEY=" + SECRET).toString());
        assertTrue(refusal().contains(folder.resolve("half").toString()), refusal());
    }
}
