package io.millrace.app.serve;

import io.millrace.app.process.OtherProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what to do about a start that failed. It looks at the machine and not at what the system
 * calls the failure, which depends on the locale.
 *
 * <p>Threads: main.
 */
final class StartAdvice {

    private static final Pattern TCP =
            Pattern.compile("can't listen on \\[?([^\\[\\]]+)]?:([0-9]+): .*", Pattern.DOTALL);
    private static final int DEFAULT_UNPRIVILEGED = 1024;

    private final Path proc;
    private final String user;

    /**
     * Advice by what a folder like {@code /proc} shows.
     *
     * @param user the name of this process's user
     */
    StartAdvice(Path proc, String user) {
        this.proc = proc;
        this.user = user;
    }

    /** Advice on this machine. */
    static StartAdvice here() {
        return new StartAdvice(Path.of("/proc"), System.getProperty("user.name"));
    }

    /** Why the server can't listen, and what to do. */
    String listening(IOException failure) {
        Matcher tcp = TCP.matcher(failure.getMessage());
        if (!tcp.matches() || tcp.group(1).startsWith("unix:")) {
            return failure.getMessage();
        }
        int port = Integer.parseInt(tcp.group(2));
        return failure.getMessage() + listening(tcp.group(1), port);
    }

    private String listening(String host, int port) {
        String other = port == 0 ? null : new OtherProcess(proc).listeningOn(port);
        if (other != null) {
            return ": " + other + " listens on the port: stop it, or choose another port";
        }
        if (!isOfThisMachine(host)) {
            return ": no network interface of this machine has the address: choose one of its own,"
                    + " or 0.0.0.0 for all";
        }
        if (port > 0 && port < unprivilegedPorts()) {
            return ": ports below " + unprivilegedPorts() + " need a privilege that the user "
                    + user + " lacks: choose a higher port, set"
                    + " AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or put a"
                    + " proxy in front";
        }
        return "";
    }

    private static boolean isOfThisMachine(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null
                    || address.isLoopbackAddress();
        } catch (UnknownHostException | SocketException unknown) {
            return true; // not known to be another's
        }
    }

    private int unprivilegedPorts() {
        Path limit = proc.resolve("sys/net/ipv4/ip_unprivileged_port_start");
        try (InputStream in = Files.newInputStream(limit)) {
            byte[] bytes = new byte[16];
            int length = Math.max(0, in.read(bytes)); // in one call: a second one gets nothing
            return Integer.parseInt(
                    new String(bytes, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException notShown) {
            return DEFAULT_UNPRIVILEGED;
        }
    }

    /** Why the store can't use a folder, and what to do. */
    String folder(IOException failure, Path folder) {
        return failure.getMessage() + reason(failure, folder);
    }

    private String reason(IOException failure, Path folder) {
        Path there = folder.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (Files.exists(there) && !Files.isDirectory(there)) {
            return ": remove the file " + there + ", or choose another --dir";
        }
        if (failure.getMessage().startsWith("another store uses")) {
            String other = new OtherProcess(proc).locking(folder.resolve(".millrace.lock"));
            return ": " + (other == null ? "" : "it is " + other + ": ")
                    + "stop it, or choose another --dir";
        }
        try {
            if (Files.exists(there) && Files.getFileStore(there).isReadOnly()) {
                return ": its file system is mounted read-only: serve it with --read-only, or"
                        + " choose another --dir";
            }
            return failure.getCause() instanceof AccessDeniedException
                    ? ": " + there + " belongs to " + Files.getOwner(there).getName()
                            + ", and this process is of the user " + user
                            + ": change its owner or permissions, or choose another --dir"
                    : "";
        } catch (IOException | RuntimeException notShown) {
            return "";
        }
    }
}
