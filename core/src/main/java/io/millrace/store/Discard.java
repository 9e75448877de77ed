package io.millrace.store;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.tree.FaultLog;
import io.millrace.tree.NullSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One PUT whose bytes go nowhere: to {@code /dev/null} through a {@link FileChannel}, as the
 * article measured it, or where there is none, into thin air.
 *
 * <p>Threads: the worker.
 */
final class Discard implements Exchange {

    private static final Path NULL_DEVICE = Path.of("/dev/null");
    private static final boolean HAS_NULL_DEVICE = Files.isWritable(NULL_DEVICE);

    /** What is answered when every byte is gone, or why there is no sink. */
    private Response answer;
    /** Where the bytes go; null until it is opened. */
    private WritableByteChannel channel;

    private final FaultLog faults;

    /** @param stored the response when every byte is gone */
    Discard(Response stored, FaultLog faults) {
        this.answer = stored;
        this.faults = faults;
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        try {
            channel = HAS_NULL_DEVICE
                    ? FileChannel.open(NULL_DEVICE, StandardOpenOption.WRITE) : new NullSink();
        } catch (IOException e) {
            answer = faults.answer("PUT", e);
        }
        return channel;
    }

    @Override
    public Response complete() throws IOException {
        if (channel != null) {
            channel.close();
        }
        return answer;
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        try {
            complete();
        } catch (IOException e) {
            SafeLog.log(Discard.class, Level.WARNING,
                    "the null device could not be closed", e);
        }
        return null;
    }
}
