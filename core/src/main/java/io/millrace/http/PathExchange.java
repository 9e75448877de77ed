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

/** Writes a body to a file, which is replaced in one step. Threads: the worker. */
final class PathExchange implements Exchange {

    private final Path file;
    private final Responder<Path> answer;
    /** Where the bytes go; null until it is made, and once it has taken its place. */
    private Path part;
    private WritableByteChannel channel;

    PathExchange(Path file, Responder<Path> answer) {
        this.file = Objects.requireNonNull(file);
        this.answer = Objects.requireNonNull(answer);
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        Path path = file.resolveSibling("." + UUID.randomUUID() + ".part");
        // A FileChannel where the file system has one, and so the fast path.
        channel = Files.newByteChannel(path,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        part = path;
        return channel;
    }

    @Override
    public Response complete() throws Exception {
        try {
            if (channel == null) {
                sink(); // no body, and so nobody has asked where it goes
            }
            channel.close();
            Files.move(part, file,
                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            part = null;
        } finally {
            discard();
        }
        return answer.answer(file);
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
                SafeLog.log(PathExchange.class, Level.WARNING, part + " can't be removed", e);
            }
            part = null;
        }
    }
}
