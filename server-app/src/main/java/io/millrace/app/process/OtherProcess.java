package io.millrace.app.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Names the process that has what this one wants, as far as Linux shows it to this user: who
 * listens on a port, and who has locked a file. Elsewhere it finds none. The search for who listens
 * ends after three seconds, which it takes only if the machine is busy or has many processes.
 *
 * <p>Threads: any.
 */
public final class OtherProcess {

    private static final String LISTENING = "0A";
    /** Sockets that listen come first. */
    private static final int MAX_LINES = 10_000;
    private static final long MAX_NS = 3_000_000_000L;

    private final Path proc;

    /** What this folder shows, which is {@code /proc} but in tests. */
    public OtherProcess(Path proc) {
        this.proc = proc;
    }

    /** Who listens on a TCP port, such as "process 12 (java)"; null if nobody is seen to. */
    public String listeningOn(int port) {
        Set<String> links = new HashSet<>();
        Set<String> users = new HashSet<>();
        for (String table : new String[] {"net/tcp", "net/tcp6"}) {
            findListening(proc.resolve(table), port, links, users);
        }
        if (links.isEmpty()) {
            return null;
        }
        String owner = ownerOf(links);
        return owner != null ? owner : "a process of the user with id " + users.iterator().next();
    }

    private static void findListening(Path table, int port, Set<String> links,
            Set<String> users) {
        String end = String.format(":%04X", port);
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
            lines.lines().limit(MAX_LINES).map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 9 && words[1].endsWith(end)
                            && words[3].equals(LISTENING))
                    .forEach(words -> {
                        links.add("socket:[" + words[9] + "]");
                        users.add(words[7]);
                    });
        } catch (IOException | RuntimeException notShown) {
            return; // no Linux, or no such table
        }
    }

    /** The process that has one of these open; null if it isn't seen. */
    private String ownerOf(Set<String> links) {
        long startNs = System.nanoTime();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (System.nanoTime() - startNs > MAX_NS) {
                    return null;
                }
                if (hasOpen(process, links)) {
                    return named(process.getFileName().toString());
                }
            }
        } catch (IOException | RuntimeException notShown) {
            return null;
        }
        return null;
    }

    private static boolean hasOpen(Path process, Set<String> links) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (leadsTo(file, links)) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException notShown) {
            return false; // another user's, or it has just ended
        }
        return false;
    }

    private static boolean leadsTo(Path file, Set<String> links) {
        try {
            return links.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException | RuntimeException closed) {
            return false; // since it was listed: the process has others
        }
    }

    /** Who has locked a file; null if nobody is seen to. */
    public String locking(Path file) {
        String inode;
        String place;
        Set<String> path;
        try {
            inode = ":" + Files.getAttribute(file, "unix:ino");
            place = device((Long) Files.getAttribute(file, "unix:dev")) + inode;
            path = Set.of(file.toRealPath().toString());
        } catch (IOException | RuntimeException notShown) {
            return null;
        }
        try (BufferedReader lines =
                Files.newBufferedReader(proc.resolve("locks"), StandardCharsets.US_ASCII)) {
            // "1: POSIX  ADVISORY  WRITE 12 fe:00:345 0 EOF"
            return lines.lines().limit(MAX_LINES).map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 5 && words[1].equals("POSIX")
                            && words[5].endsWith(inode) && isOther(words[4])
                            && (words[5].equals(place)
                                    || hasOpen(proc.resolve(words[4]), path)))
                    .map(words -> named(words[4])).findFirst().orElse(null);
        } catch (IOException | RuntimeException notShown) {
            return null;
        }
    }

    /** Major and minor number; some file systems show another one here than in the table. */
    private static String device(long number) {
        return String.format("%02x:%02x", number >> 8 & 0xFFF | number >> 32 & ~0xFFFL,
                number & 0xFF | number >> 12 & 0xFFF00);
    }

    /** Of another container's process, 0 or less is shown. */
    private static boolean isOther(String pid) {
        return pid.matches("[1-9][0-9]*")
                && Long.parseLong(pid) != ProcessHandle.current().pid();
    }

    /** Not its command line, which may have a secret. */
    private String named(String pid) {
        try {
            return "process " + pid + " ("
                    + Files.readString(proc.resolve(pid).resolve("comm")).strip() + ")";
        } catch (IOException | RuntimeException notShown) {
            return "process " + pid;
        }
    }
}
