package io.millrace.app.run;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program's jar, running in a process of its own. */
public final class JarProcess implements Closeable {

    public static final Path JAR = Path.of(System.getProperty("millrace.jar")).toAbsolutePath();
    public static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final BufferedReader out;
    private final Path err;
    private final StringBuilder read = new StringBuilder();
    /** Null before it is awaited. */
    private String url;

    private JarProcess(Path folder, List<String> before, List<String> jvmFlags, List<String> args)
            throws IOException {
        this(folder, Map.of(), command(before, jvmFlags, List.of("-jar", JAR.toString()), args));
    }

    private JarProcess(Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        err = Files.createTempFile(folder, "stderr", ".txt");
        ProcessBuilder builder = plain(command).directory(folder.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static List<String> command(List<String> before, List<String> jvmFlags,
            List<String> program, List<String> args) {
        List<String> command = new ArrayList<>(before);
        command.add(JAVA.toString());
        command.addAll(jvmFlags);
        command.addAll(program);
        command.addAll(args);
        return command;
    }

    /** A command whose JVM takes no flags from the environment, of which it would speak. */
    public static ProcessBuilder plain(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(
                List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder;
    }

    /** Starts the program in a folder. */
    public static JarProcess start(Path folder, String... args) throws IOException {
        return new JarProcess(folder, List.of(), List.of(), List.of(args));
    }

    /** Starts the program with as little memory as it must do with. */
    public static JarProcess startSmall(Path folder, String... args) throws IOException {
        return new JarProcess(folder, List.of(), List.of("-Xmx64m"), List.of(args));
    }

    /** Starts the program with variables of its own beside those of this process. */
    public static JarProcess startWith(Path folder, Map<String, String> environment,
            List<String> jvmFlags, String... args) throws IOException {
        return new JarProcess(folder, environment, command(List.of(), jvmFlags,
                List.of("-jar", JAR.toString()), List.of(args)));
    }

    /** Starts another program, which is a class of the tests and has the jar to use. */
    static JarProcess startMain(Path folder, String main, String... args) throws IOException {
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return new JarProcess(folder, Map.of(), command(List.of(), List.of("-Xmx512m"),
                List.of("-cp", path + File.pathSeparator + JAR, main), List.of(args)));
    }

    /**
     * Starts the program by a shell's line, which may set limits before.
     *
     * @param line ends in {@code exec "$@"}, which is the program
     */
    public static JarProcess startByShell(Path folder, String line, List<String> jvmFlags,
            String... args) throws IOException {
        return new JarProcess(folder, List.of("sh", "-c", line, "sh"), jvmFlags, List.of(args));
    }

    /** Reads stdout up to the line that contains this, and returns that line. */
    public String await(String text) throws IOException {
        String line;
        do {
            line = out.readLine();
            if (line == null) {
                throw new IOException("ended before '" + text + "': " + read + err());
            }
            read.append(line).append('\n');
        } while (!line.contains(text));
        return line;
    }

    /** The URL at the end of the line that says that connections are taken. */
    public String awaitUrl() throws IOException {
        String line = await("listening on ");
        url = line.substring(line.lastIndexOf(' ') + 1);
        return url;
    }

    /** The same once more. */
    public String awaitedUrl() {
        return url;
    }

    /** Its id, by which the system knows more about it. */
    public long pid() {
        return process.pid();
    }

    /** Processor time used until now. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Most memory that it has ever had, or has now; of Linux. */
    long residentBytes(boolean ever) throws IOException {
        String name = ever ? "VmHWM:" : "VmRSS:";
        for (String line : Files.readAllLines(Path.of("/proc", "" + pid(), "status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no " + name);
    }

    /** Bytes of objects that are in use, after a garbage collection. */
    long liveHeapBytes() throws IOException {
        Process jcmd = plain(List.of(JAVA.resolveSibling("jcmd").toString(),
                "-J-Dsun.tools.attach.attachTimeout=60000", "" + pid(), "GC.class_histogram"))
                .start();
        String out = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = Pattern.compile("Total +[0-9]+ +([0-9]+)").matcher(out);
        if (!total.find()) {
            throw new IOException("no histogram: " + out);
        }
        return Long.parseLong(total.group(1));
    }

    /** Sends SIGTERM; unlike {@link Process#destroy} it leaves stdout to be read. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for the end. */
    public int exitCode() throws IOException, InterruptedException {
        out.lines().forEach(line -> read.append(line).append('\n'));
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("doesn't end: " + read + err());
        }
        return process.exitValue();
    }

    /** Whether it ends by itself within this time. */
    public boolean endsWithin(long timeMs) throws InterruptedException {
        return process.waitFor(timeMs, TimeUnit.MILLISECONDS);
    }

    /** Sends SIGKILL, and waits until nothing of it runs. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** All of stdout that was read. */
    public String out() {
        return read.toString();
    }

    /** All of stderr. */
    public String err() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it, and removes the socket by which {@code jcmd} has looked into its JVM. */
    @Override
    public void close() {
        process.destroyForcibly();
        // HotSpot makes it there, whatever java.io.tmpdir says.
        process.onExit().join();
        try {
            Files.deleteIfExists(Path.of("/tmp", ".java_pid" + pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
