package io.millrace.app.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where to listen, as people write it: HOST:PORT, [IPV6]:PORT or unix:PATH.
 *
 * <p>Threads: any.
 *
 * @param host a name or address, an IPv6 one without its brackets; null for a Unix domain socket
 * @param port of no meaning for a Unix domain socket
 * @param path of the socket's file; null for TCP
 */
public record ListenAddress(String host, int port, String path) {

    /** A list of them, with commas in between. */
    public static final FlagType<List<ListenAddress>> LIST = new ListType();

    static final String PLACES = "ADDRESS:PORT, [IPV6]:PORT or unix:PATH, separated by commas";

    private static final String UNIX = "unix:";
    private static final String HOST_AND_PORT =
            "(?:\\[([^\\[\\]]+)]|([^:\\[\\]\\s]+)):([0-9]{1,5})";

    /** TCP if the host is one: an IPv6 address may be in brackets, unix:PATH has no port. */
    public static ListenAddress of(String host, int port) {
        if (host.startsWith(UNIX)) {
            return new ListenAddress(null, 0, host.substring(UNIX.length()));
        }
        return new ListenAddress(host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1) : host, port, null);
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException saying what it looks like
     */
    static List<ListenAddress> list(String text) {
        List<ListenAddress> places = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            places.add(read(part));
        }
        return places;
    }

    private static ListenAddress read(String text) {
        if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
            return of(text, 0);
        }
        Matcher parts = Pattern.compile(HOST_AND_PORT).matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65_535) {
            throw new IllegalArgumentException(PLACES);
        }
        return new ListenAddress(parts.group(1) != null ? parts.group(1) : parts.group(2),
                Integer.parseInt(parts.group(3)), null);
    }

    public boolean isUnix() {
        return path != null;
    }

    /** As people write it, the way that {@link #LIST} reads it. */
    @Override
    public String toString() {
        return isUnix() ? UNIX + path : bracketed(host) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** The address, looked up if it is a name. */
    public SocketAddress address() throws CommandException {
        try {
            return isUnix() ? socket() : new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            throw CommandException.failure("unknown address: " + host);
        }
    }

    /** Stands for the address where others are checked: a name is not looked up. */
    public SocketAddress standIn() throws CommandException {
        return isUnix() ? socket() : new InetSocketAddress(port);
    }

    private SocketAddress socket() throws CommandException {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage("invalid socket path: " + wrong.getMessage());
        }
    }

    /**
     * What clients are told, with the port that the system picked.
     *
     * @param isSecure whether they speak TLS there
     */
    public String url(SocketAddress bound, boolean isSecure) {
        if (isUnix()) {
            return UNIX + path;
        }
        return (isSecure ? "https://" : "http://") + bracketed(host.replace("%", "%25")) + ":"
                + ((InetSocketAddress) bound).getPort();
    }

    private static final class ListType extends FlagType<List<ListenAddress>> {

        ListType() {
            super("ADDRESS:PORT");
        }

        @Override
        public List<ListenAddress> read(String text) {
            return list(text);
        }

        @Override
        public String show(List<ListenAddress> places) {
            return places.stream().map(ListenAddress::toString).collect(Collectors.joining(","));
        }

        @Override
        public boolean isList() {
            return true;
        }
    }
}
