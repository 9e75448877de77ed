package io.millrace.event;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Reads the body of a response as a server does. Threads: one reads, any may wake it. */
final class StreamReader {

    private final Body body;
    private final ByteBuffer buffer;
    private long position;
    final Semaphore wakeups = new Semaphore(0);
    /** Whether the body said that it has ended. */
    boolean ended;

    StreamReader(Response response) {
        this(response, 64 * 1024);
    }

    /** @param most bytes of one read */
    StreamReader(Response response, int most) {
        body = response.body();
        buffer = ByteBuffer.allocate(most);
    }

    /** All that is there now; then waits to be woken. */
    String read() {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    byte[] readBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int count;
        while ((count = readOnce()) > 0) {
            all.write(buffer.array(), 0, count);
        }
        ended = count < 0;
        if (!ended) {
            body.whenReadable(wakeups::release);
        }
        return all.toByteArray();
    }

    /** Reads once, as a server does whose socket takes no more then. */
    int readOnce() {
        try {
            int count = body.read(position, buffer.clear());
            position += Math.max(count, 0);
            return count;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Time is up; whether the body goes on. */
    boolean stall() {
        return body.onStall();
    }

    /** The server ends the response, whole or not. */
    void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
