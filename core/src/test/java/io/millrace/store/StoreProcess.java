package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A store in a process of its own, which does what it is told, a line for each; locks of folders
 * hold between processes only. Threads: one at a time.
 */
final class StoreProcess implements Closeable {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Process process;
    private final BufferedReader out;

    /** @param how open; takeOver; or lock, which is what releases before the first did */
    StoreProcess(String how, Path folder) throws IOException {
        process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", root(FolderStore.class) + File.pathSeparator + root(StoreProcess.class),
                StoreProcess.class.getName(), how, folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String root(Class<?> type) {
        Path root = Path.of(URI.create(type.getResource(type.getSimpleName() + ".class")
                .toString()));
        for (int i = 0; i <= type.getPackageName().split("\\.").length; i++) {
            root = root.getParent();
        }
        return root.toString();
    }

    /** Has it do something; returns what it says of it. */
    String ask(String command) {
        try {
            process.outputWriter().write(command + "\n");
            process.outputWriter().flush();
            return line();
        } catch (IOException e) {
            throw new AssertionError(command, e);
        }
    }

    /** The next line that it says. */
    String line() throws IOException {
        return out.readLine();
    }

    /** Kills it, and waits until the system has given back its locks. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** The process. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        if (arguments[0].equals("lock")) {
            lockWholeFile(folder);
            return;
        }
        FolderStore store = arguments[0].equals("open") ? FolderStore.open(folder)
                : FolderStore.takeOver(folder, StoreOptions.defaults(), LONG);
        Client client = new Client(store);
        System.out.println(arguments[0]);
        List<Exchange> begun = new ArrayList<>();
        FileUpload opened = null;
        BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println(switch (words[0]) {
                case "put" -> client.put(words[1], words[2]).status();
                case "delete" -> client.delete(words[1]).status();
                case "get" -> {
                    Reply reply = client.get(words[1]);
                    yield reply.status() + " " + reply.text().strip();
                }
                case "begin" -> {
                    begun.add(client.begin(Request.of("PUT", words[1]), words[2]));
                    yield "begun";
                }
                case "end" -> begun.remove(0).complete().status().code();
                case "upload" -> Uploading.with(store, words[1], words[2]).name();
                case "openUpload" -> {
                    opened = store.uploads().find(words[1]);
                    opened.open(opened.sizeBytes());
                    yield "open";
                }
                case "closeUpload" -> {
                    opened.close();
                    yield "closed";
                }
                case "size" -> {
                    try {
                        yield store.uploads().find(words[1]).sizeBytes();
                    } catch (HttpException e) {
                        yield e.status().code();
                    }
                }
                case "successor" -> store.awaitSuccessor(LONG);
                case "listens" -> {
                    store.listens();
                    yield "told";
                }
                case "handOver" -> {
                    store.handOver();
                    yield "handed over";
                }
                case "isTakingOver" -> store.isTakingOver();
                case "close" -> {
                    store.close();
                    yield "closed";
                }
                default -> throw new IllegalArgumentException(line);
            });
        }
    }

    private static void lockWholeFile(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(".millrace.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                System.out.println("lock");
                System.in.read();
            }
        }
    }
}
