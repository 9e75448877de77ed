package io.millrace.app.run;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Downloads folders as archives from a program with a small heap: one of many gigabytes, in sparse
 * files of more than four, and one of many objects with odd names, which other programs read as
 * well; then several at once, beside clients that are slow and clients that leave. What arrives
 * must be what is there, the program must neither complain nor keep a file open, and its peak
 * memory is told.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.ArchiveRun},
 * then {@code [gigabytes] [objects] [heap in MB]}: 10, 70000 and 64 without.
 *
 * <p>Threads: one at a time; its clients have one each.
 */
final class ArchiveRun {

    private static final int CLIENTS_AT_ONCE = 4;
    private static final int SLOW_CLIENTS = 6;
    private static final int LEAVING_CLIENTS = 40;
    /** More than 32 bits; and just no more, but with what copying adds. */
    private static final long[] SIZES = {5L << 30, 0xffffffffL};
    private static final int OBJECTS_IN_A_FOLDER = 1000;
    private static final int SLOW_BYTES = 4096;
    private static final long RECOVERY_NS = 20_000_000_000L;
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    /** Clean names of any length and script; what keys can't be is no object. */
    private static final List<String> ODD_NAMES = List.of("n".repeat(251) + ".txt",
            "\u05e9\u05dc\u05d5\u05dd \u202egnp.txt", "\ud83d\udc69\u200d\ud83d\ude80.bin",
            "<img src=x onerror=alert(1)>", "CON", "a:b*c?.txt", " space ", "\u65e5".repeat(85));
    private static final Map<String, String[]> READERS = new TreeMap<>(Map.of(
            "unzip", new String[] {"zip", "unzip", "-qt"},
            "python3", new String[] {"zip", "python3", "-c", "import sys, zipfile\n"
                    + "sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)"},
            "7z", new String[] {"zip", "7z", "t", "-bd"},
            "bsdtar, zip", new String[] {"zip", "bsdtar", "-xOqf"},
            "bsdtar, tar", new String[] {"tar", "bsdtar", "-xOf"},
            "tar", new String[] {"tar", "tar", "-xOf"},
            "python3, tar", new String[] {"tar", "python3", "-c", "import sys, tarfile\n"
                    + "print(len(tarfile.open(sys.argv[1]).getmembers()))"}));

    private final Path folder;
    private final List<String> faults = new ArrayList<>();
    private final StringBuilder table = new StringBuilder();
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param folder an empty one */
    ArchiveRun(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        long gigabytes = args.length > 0 ? Long.parseLong(args[0]) : 10;
        int objects = args.length > 1 ? Integer.parseInt(args[1]) : 70_000;
        int heapMb = args.length > 2 ? Integer.parseInt(args[2]) : 64;
        Path folder = Files.createTempDirectory("millrace-archive-run");
        ArchiveRun run = new ArchiveRun(folder);
        run.run(gigabytes << 30, objects, heapMb);
        RunFolder.end(folder, run.table.toString(), run.faults);
    }

    private void run(long bytes, int objects, int heapMb) throws Exception {
        int files = makeLarge(bytes);
        int entries = makeMany(objects);
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$@\"",
                List.of("-Xmx" + heapMb + "m"), "--port", "0")) {
            String url = server.awaitUrl() + "/";
            measure(server, url + "large/?archive=zip", files + 1, bytes);
            measure(server, url + "large/?archive=tar", -1, bytes);
            measure(server, url + "many/?archive=zip", entries, -1);
            measure(server, url + "many/?archive=tar", -1, -1);
            readByOthers(url);
            int before = descriptors(server);
            crowd(url, entries);
            long startNs = System.nanoTime();
            while (descriptors(server) > before && System.nanoTime() - startNs < RECOVERY_NS) {
                Thread.onSpinWait();
            }
            table.append(String.format("peak RSS %d MB in all, with a heap of %d MB; descriptors"
                    + " before and after: %d, %d%n", peakMb(server), heapMb, before,
                    descriptors(server)));
            if (descriptors(server) > before) {
                faults.add("files stay open");
            }
            server.terminate();
            if (server.exitCode() != 0 || !server.err().isEmpty()) {
                faults.add("the program complained: " + server.err());
            }
        }
    }

    /** Sparse files, the first of which is compressed and the second copied; returns how many. */
    private int makeLarge(long bytes) throws IOException {
        Path large = Files.createDirectories(folder.resolve("data/large"));
        long left = bytes;
        int files = 0;
        while (left > 0) {
            long size = Math.min(left, SIZES[files % SIZES.length]);
            Path file = large.resolve(files + ".bin");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
            left -= size;
            files++;
        }
        return files;
    }

    /** Small objects; returns how many entries the archive of their folder has. */
    private int makeMany(int objects) throws IOException {
        Path many = Files.createDirectories(folder.resolve("data/many"));
        Files.createDirectory(many.resolve("empty"));
        for (String name : ODD_NAMES) {
            Files.writeString(many.resolve(name), name);
        }
        int folders = 0;
        for (int i = 0; i < objects; i++) {
            Path below = many.resolve("folder-" + i / OBJECTS_IN_A_FOLDER);
            if (i % OBJECTS_IN_A_FOLDER == 0) {
                Files.createDirectory(below);
                folders++;
            }
            Files.writeString(below.resolve("object-" + i), "object " + i);
        }
        return 2 + ODD_NAMES.size() + folders + objects;
    }

    private InputStream open(String url) throws Exception {
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException(url + ": " + response.statusCode());
        }
        return response.body();
    }

    /** @param entries that are expected in a ZIP; negative to count bytes only */
    private void measure(JarProcess server, String url, int entries, long bytes)
            throws Exception {
        long startNs = System.nanoTime();
        long cpuNs = server.cpuTime().toNanos();
        String what = url.substring(url.indexOf('/', "http://".length()));
        long received = 0;
        try (InputStream in = open(url)) {
            if (entries < 0) {
                received = in.transferTo(OutputStream.nullOutputStream());
            } else {
                long[] found = unzip(in);
                received = found[1];
                if (found[0] != entries || bytes >= 0 && found[1] != bytes) {
                    faults.add(what + ": " + found[0] + " entries, " + found[1] + " bytes");
                }
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        table.append(String.format("%-22s %,15d bytes in %6.1f s, %6.1f s of processor, peak RSS"
                + " so far %d MB%n", what, received, seconds,
                (server.cpuTime().toNanos() - cpuNs) / 1e9, peakMb(server)));
    }

    /** Entries and their bytes; the reader compares each CRC. */
    private static long[] unzip(InputStream in) throws IOException {
        long[] found = new long[2];
        byte[] piece = new byte[1 << 16];
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(in, 1 << 16))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                found[0]++;
                for (int read = zip.read(piece); read >= 0; read = zip.read(piece)) {
                    found[1] += read;
                }
            }
        }
        return found;
    }

    private void readByOthers(String url) throws Exception {
        for (String ending : List.of("zip", "tar")) {
            try (InputStream in = open(url + "many/?archive=" + ending)) {
                Files.copy(in, folder.resolve("many." + ending));
            }
        }
        StringBuilder missing = new StringBuilder();
        for (Map.Entry<String, String[]> reader : READERS.entrySet()) {
            List<String> command = new ArrayList<>(List.of(reader.getValue()));
            String file = "many." + command.remove(0);
            command.add(file);
            try {
                Process process = new ProcessBuilder(command).directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("reader.txt").toFile()).start();
                if (process.waitFor() != 0) {
                    faults.add(reader.getKey() + " can't read " + file + ", see reader.txt");
                    return;
                }
                table.append(reader.getKey()).append(" reads ").append(file).append('\n');
            } catch (IOException e) {
                missing.append(' ').append(reader.getKey());
            }
        }
        if (!missing.isEmpty()) {
            table.append("not installed:").append(missing).append('\n');
        }
    }

    /** Several clients at once, others that read slowly, and others that leave. */
    private void crowd(String url, int entries) throws Exception {
        List<Thread> clients = new ArrayList<>();
        List<InputStream> slow = new ArrayList<>();
        for (int i = 0; i < SLOW_CLIENTS; i++) {
            slow.add(open(url + "large/?archive=" + (i % 2 == 0 ? "zip" : "tar")));
            slow.get(i).readNBytes(SLOW_BYTES);
        }
        for (int i = 0; i < LEAVING_CLIENTS; i++) {
            try (InputStream in = open(url + "?archive=" + (i % 2 == 0 ? "zip" : "tar"))) {
                in.readNBytes(SLOW_BYTES);
            }
        }
        long startNs = System.nanoTime();
        for (int i = 0; i < CLIENTS_AT_ONCE; i++) {
            clients.add(new Thread(() -> download(url + "many/?archive=zip", entries)));
        }
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }
        table.append(String.format("%d clients at once beside %d slow ones, after %d that left:"
                + " %.1f s%n", CLIENTS_AT_ONCE, SLOW_CLIENTS, LEAVING_CLIENTS,
                (System.nanoTime() - startNs) / 1e9));
        for (InputStream in : slow) {
            if (in.readNBytes(SLOW_BYTES).length != SLOW_BYTES) {
                faults.add("a slow client was cut");
            }
            in.close();
        }
    }

    private void download(String url, int entries) {
        try (InputStream in = open(url)) {
            long found = unzip(in)[0];
            if (found != entries) {
                fault("a client of several has got " + found + " entries");
            }
        } catch (Exception e) {
            fault("a client of several failed: " + e);
        }
    }

    private synchronized void fault(String text) {
        faults.add(text);
    }

    private static int descriptors(JarProcess server) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", "" + server.pid(), "fd"))) {
            return (int) open.map(Path::toFile).map(file -> {
                try {
                    return file.getCanonicalPath();
                } catch (IOException e) {
                    return ""; // closed by now
                }
            }).filter(path -> path.contains("/data/")).count();
        }
    }

    private static long peakMb(JarProcess server) throws IOException {
        Matcher peak = PEAK.matcher(
                Files.readString(Path.of("/proc", "" + server.pid(), "status")));
        return peak.find() ? Long.parseLong(peak.group(1)) >> 10 : -1;
    }
}
