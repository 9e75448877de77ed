package io.millrace.event;

import io.millrace.http.Body;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The body of a response that brings the events of a stream.
 *
 * <p>Threads: the worker.
 */
final class EventBody implements Body {

    private final EventStream stream;
    /** Called when the first byte is asked for, so never for HEAD; null from then on. */
    private Consumer<? super EventStream> opened;

    private EventBody(EventStream stream, Consumer<? super EventStream> opened) {
        this.stream = stream;
        this.opened = opened;
    }

    /** The response to a request that opens this stream. */
    static Response response(RequestHead request, EventStream stream,
            Consumer<? super EventStream> opened) {
        request.applicationTimeout(stream.heartbeat());
        // RFC 9112 s9.6 lets a client wait behind its half-close; those that read events don't.
        request.whenHalfClosed(stream::leave); // decision 438
        return Response.of(Status.OK)
                .with("Content-Type", "text/event-stream")
                .with("Cache-Control", "no-store")
                .with("X-Accel-Buffering", "no") // nginx would hold events back
                .with(new EventBody(stream, opened));
    }

    @Override
    public long length() {
        return UNKNOWN_LENGTH;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (opened != null) {
            Consumer<? super EventStream> once = opened;
            opened = null;
            once.accept(stream);
        }
        return stream.read(target);
    }

    @Override
    public void whenReadable(Runnable callback) {
        stream.whenReadable(callback);
    }

    @Override
    public boolean onStall() {
        stream.beat();
        return true;
    }

    @Override
    public void close() {
        stream.leave();
    }
}
