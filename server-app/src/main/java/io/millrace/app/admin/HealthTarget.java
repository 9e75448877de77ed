package io.millrace.app.admin;

import io.millrace.app.cli.CommandException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;

/**
 * Where a health check is to be found: http://HOST[:PORT][/PATH], HOST:PORT or unix:PATH.
 *
 * <p>Threads: any.
 *
 * @param text as it was given
 * @param authority for the Host field
 * @param path the request target
 */
record HealthTarget(String text, SocketAddress address, String authority, String path) {

    private static final String READY = "/health/ready";
    private static final String UNIX = "unix:";

    /**
     * Reads one; of a list with commas, as {@code --admin} has it, the first.
     *
     * @throws CommandException if it is none
     */
    static HealthTarget of(String given) throws CommandException {
        String text = given.split(",", 2)[0];
        try {
            if (text.equals(UNIX)) {
                throw refused(text, "");
            }
            if (text.startsWith(UNIX)) {
                return new HealthTarget(text,
                        UnixDomainSocketAddress.of(text.substring(UNIX.length())), "localhost",
                        READY);
            }
            return ofUrl(text, new URI(text.contains("://") ? text : "http://" + text));
        } catch (URISyntaxException | InvalidPathException wrong) {
            throw refused(text, "");
        }
    }

    private static HealthTarget ofUrl(String text, URI url) throws CommandException {
        if ("https".equalsIgnoreCase(url.getScheme())) {
            throw refused(text, " (https is not supported: use the address of --admin)");
        }
        if (!"http".equalsIgnoreCase(url.getScheme()) || url.getHost() == null
                || url.getPort() > 65_535 || url.getPort() == 0 || url.getRawUserInfo() != null) {
            throw refused(text, "");
        }
        boolean isRoot = url.getRawPath().isEmpty() || url.getRawPath().equals("/");
        String host = url.getHost().startsWith("[")
                ? url.getHost().substring(1, url.getHost().length() - 1) : url.getHost();
        return new HealthTarget(text,
                new InetSocketAddress(host, url.getPort() < 0 ? 80 : url.getPort()),
                url.getRawAuthority(), isRoot ? READY : url.getRawPath());
    }

    private static CommandException refused(String text, String why) {
        return CommandException.usage(
                "the target must be http://HOST[:PORT][/PATH], HOST:PORT or unix:PATH" + why
                        + ": " + text);
    }
}
