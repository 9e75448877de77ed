package io.millrace.http;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** Writes a body to a channel of the application's. Threads: the worker. */
final class ChannelExchange implements Exchange {

    private final FileChannel channel;
    private final Responder<Long> answer;
    private long bytes;

    ChannelExchange(FileChannel channel, Responder<Long> answer) {
        this.channel = Objects.requireNonNull(channel);
        this.answer = Objects.requireNonNull(answer);
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
        return answer.answer(bytes);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(ChannelExchange.class, Level.WARNING,
                    "an abandoned body's file can't be closed", e);
        }
        return null;
    }
}
