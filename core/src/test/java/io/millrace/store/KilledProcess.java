package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A process that says what it does, a line each, until it is killed in the midst of it. A line is
 * some words and a dot.
 */
final class KilledProcess {

    private KilledProcess() {
    }

    /**
     * Runs a class of the tests and kills it after it has said so much.
     *
     * @param main has to go on for ever
     * @param count what a line counts; also called for lines that come before the kill is felt
     * @return how much it has said
     */
    static int run(Class<?> main, int countBeforeKill, ToIntFunction<List<String>> count,
            String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", root(FolderStore.class) + File.pathSeparator + root(main), main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int sum = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                child.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> words = Arrays.asList(line.split(" "));
                // What a killed process wrote last may lack its end; it is then not complete.
                if (words.get(words.size() - 1).equals(".")) {
                    sum += count.applyAsInt(words);
                }
                if (sum >= countBeforeKill) {
                    child.toHandle().destroyForcibly(); // SIGKILL; the pipe is read on
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertTrue(sum >= countBeforeKill, "the process ended by itself after " + sum);
        return sum;
    }

    /** Says something, in the process. */
    static void say(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(word).append(' ');
        }
        byte[] bytes = line.append(".\n").toString().getBytes(StandardCharsets.US_ASCII);
        // One write a line, so that lines of several threads don't mix.
        synchronized (System.out) {
            System.out.write(bytes, 0, bytes.length);
            System.out.flush();
        }
    }

    private static String root(Class<?> type) {
        Path root = Path.of(URI.create(type.getResource(type.getSimpleName() + ".class")
                .toString()));
        for (int i = 0; i <= type.getPackageName().split("\\.").length; i++) {
            root = root.getParent();
        }
        return root.toString();
    }
}
