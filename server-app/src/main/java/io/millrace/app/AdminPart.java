package io.millrace.app;

import io.millrace.app.admin.AdminServer;
import io.millrace.app.admin.HealthPath;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.http.Handler;
import io.millrace.server.ServerOptions;
import io.millrace.store.FileStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts what {@code --admin} and {@code --health-path} ask for.
 *
 * <p>Threads: main.
 */
final class AdminPart {

    private final AdminServer server;
    private final List<String> urls;

    private AdminPart(AdminServer server, List<String> urls) {
        this.server = server;
        this.urls = urls;
    }

    /**
     * Starts the second listener, which says that the store is starting.
     *
     * @param options of the first
     * @throws CommandException in one line, if it can't listen
     */
    static AdminPart start(Arguments arguments, ServerOptions options, ServeParts parts)
            throws CommandException {
        List<ListenAddress> places = arguments.of(ServeFlags.ADMIN);
        AdminServer server;
        try {
            server = parts.add(AdminServer.start(ServeSettings.addresses(places),
                    options.socketPermissions(), Main.version()));
        } catch (IOException | IllegalArgumentException e) {
            throw CommandException.failure(ServeFlags.ADMIN.name() + ": " + e.getMessage());
        }
        String[] urls = new String[places.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = places.get(i).url(server.addresses().get(i));
            if (server.addresses().get(i) instanceof InetSocketAddress bound
                    && !bound.getAddress().isLoopbackAddress()) {
                parts.warn("every client that can reach " + urls[i] + " may read the metrics:"
                        + " let --admin listen on 127.0.0.1 or a Unix domain socket");
            }
        }
        return new AdminPart(server, List.of(urls));
    }

    /** From now on it tells of this. */
    void tellOf(RunningStore serving) {
        server.tellOf(serving.server(), serving.store());
        urls.forEach(url -> serving.addLine("admin     " + url));
    }

    /**
     * The store with a path for health checks.
     *
     * @param folder the store's; null if it has none
     */
    static Handler withHealthPath(String path, FileStore store, Path folder, ServeParts parts) {
        if (folder != null && hides(path, folder)) {
            parts.warn(ServeFlags.HEALTH_PATH.name() + " hides the object " + path
                    + ": choose another path, such as /.millrace-health, which no object can have");
        }
        return new HealthPath(path, store);
    }

    private static boolean hides(String path, Path folder) {
        try {
            return Files.isRegularFile(folder.resolve(path.substring(1)),
                    LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false; // so it is no object's
        }
    }
}
