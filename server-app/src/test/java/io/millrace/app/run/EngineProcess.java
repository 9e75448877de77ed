package io.millrace.app.run;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The small S3 engine of core's tests, in a process of its own that can be killed. */
public final class EngineProcess implements Closeable {

    private static final Path CORE = Path.of(System.getProperty("millrace.jar"))
            .toAbsolutePath().resolve("../../../core/target").normalize();

    private final Process process;
    private final String url;
    private final String id;
    private final String secret;

    private EngineProcess(int port) throws IOException {
        process = JarProcess.plain(List.of(JarProcess.JAVA.toString(), "-cp",
                CORE.resolve("test-classes") + File.pathSeparator
                        + CORE.resolve("classes"),
                "io.millrace.s3.S3Double", "" + port)).redirectErrorStream(true).start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        String[] words = line == null ? new String[0] : line.split(" ");
        if (words.length != 3) {
            process.destroyForcibly();
            throw new IOException("the engine doesn't start: " + line);
        }
        url = words[0];
        id = words[1];
        secret = words[2];
    }

    /** Starts it at a free port, with an empty bucket. */
    public static EngineProcess start() throws IOException {
        return start(0);
    }

    /** Starts it at a port. */
    public static EngineProcess start(int port) throws IOException {
        return new EngineProcess(port);
    }

    /** The URL of its bucket, with a slash at the end. */
    public String url() {
        return url;
    }

    /** The id of the keys that it takes. */
    public String id() {
        return id;
    }

    /** Their secret. */
    public String secret() {
        return secret;
    }

    /** Writes a file with keys, as a flag names it. */
    public Path keys(Path file, String keyId, String keySecret) throws IOException {
        return writeKeys(file, keyId, keySecret);
    }

    /** Writes a file with keys of any engine. */
    public static Path writeKeys(Path file, String keyId, String keySecret) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "AWS_ACCESS_KEY_ID=" + keyId + "\nAWS_SECRET_ACCESS_KEY="
                + keySecret + "\n");
    }

    /** Writes a file with the right keys. */
    public Path keys(Path file) throws IOException {
        return keys(file, id, secret);
    }

    /** Kills it; what it had is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
