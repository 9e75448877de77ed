package io.millrace.http;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** Writes a body to a channel of the application. Threads: the worker. */
final class ChannelExchange implements Exchange {

    private final FileChannel channel;
    private final Responder<Long> responder;
    private long bytes;

    ChannelExchange(FileChannel channel, Responder<Long> responder) {
        this.channel = Objects.requireNonNull(channel);
        this.responder = Objects.requireNonNull(responder);
    }

    @Override
    public WritableByteChannel sink() {
        return channel;
    }

    @Override
    public void onProgress(long receivedBytes) {
        bytes = receivedBytes;
    }

    @Override
    public Response complete() throws Exception {
        channel.close();
        return responder.respond(bytes);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(ChannelExchange.class, Level.WARNING,
                    "failed to close the file of an incomplete request body", e);
        }
        return null;
    }
}
