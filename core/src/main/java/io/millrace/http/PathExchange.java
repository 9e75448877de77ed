package io.millrace.http;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/** Writes a body to a temporary file and renames it over the target. Threads: the worker. */
final class PathExchange implements Exchange {

    private final Path file;
    private final Responder<Path> responder;
    /** The temporary file; null before it exists and after it was renamed. */
    private Path part;
    private WritableByteChannel channel;

    PathExchange(Path file, Responder<Path> responder) {
        this.file = Objects.requireNonNull(file);
        this.responder = Objects.requireNonNull(responder);
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        Path path = file.resolveSibling("." + UUID.randomUUID() + ".part");
        // A FileChannel if the file system has one, which takes the fast path.
        channel = Files.newByteChannel(path,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        part = path;
        return channel;
    }

    @Override
    public Response complete() throws Exception {
        try {
            if (channel == null) {
                sink(); // no body, so the server did not ask for a sink
            }
            channel.close();
            Files.move(part, file,
                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            part = null;
        } finally {
            discard();
        }
        return responder.respond(file);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        discard();
        return null;
    }

    private void discard() {
        if (part != null) {
            try {
                try {
                    channel.close();
                } finally {
                    Files.deleteIfExists(part);
                }
            } catch (IOException e) {
                SafeLog.log(PathExchange.class, Level.WARNING, part + " can't be deleted", e);
            }
            part = null;
        }
    }
}
