package io.millrace.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whether the script starts the program with the cache, which must be that of its jar. */
@EnabledOnOs(OS.LINUX)
class StartScriptTest {

    @TempDir
    private Path temp;

    private Path jar;
    private Path cache;

    @BeforeEach
    void makeJar() throws Exception {
        jar = Files.writeString(temp.resolve("it's.jar"), "one");
        cache = temp.resolve("it's.jsa");
    }

    private StartScript script() throws Exception {
        return StartScript.of(CacheKind.CDS, jar, cache, List.of("-Xmx1g"));
    }

    /** The arguments of the JVM that the script would start. */
    private String started(StartScript script) throws Exception {
        Files.writeString(cache, "cache");
        script.write();
        String text = Files.readString(script.file());
        Files.writeString(script.file(),
                text.replace("java='" + StartScript.JAVA + "'", "java=/bin/echo"));
        Process shell = new ProcessBuilder(script.file().toString(), "serve")
                .redirectErrorStream(true).start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void jarOfWhichTheCacheWasMadeIsStartedWithIt() throws Exception {
        assertEquals("-XX:SharedArchiveFile=" + cache + " -Xlog:disable"
                + " -Xlog:gc*=warning,os*=warning,codecache*=warning -Xmx1g -jar " + jar
                + " serve", started(script()));
    }

    // The JVM would run the classes of the one before.
    @Test
    void jarThatWasReplacedWhileTheCacheWasMadeIsStartedWithout() throws Exception {
        StartScript script = script();
        Files.writeString(jar, "another");
        assertEquals("-Xmx1g -jar " + jar + " serve", started(script));
    }

    @Test
    void cacheDoesNotReplaceTheJarByAnotherNameOfIt() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link.jar"), jar);
        for (Path[] names : new Path[][] {{jar, link}, {link, jar}, {jar, jar}}) {
            CommandException refused = assertThrows(CommandException.class,
                    () -> TrainCommand.checkName(names[0], names[1]));
            assertEquals("--output can't be the program's own jar: " + names[0],
                    refused.getMessage());
        }
        TrainCommand.checkName(cache, jar);
        TrainCommand.checkName(Files.createFile(cache), jar);
        assertTrue(Files.exists(jar));
    }
}
