package io.millrace.wire;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;

/**
 * Tells what it was asked, so that a vector can say what has to have arrived. POST, PUT and PATCH
 * have their bodies taken, and get told length and checksum. Some paths are particular:
 * <ul>
 *   <li>{@code /refuse}: 403 at once, whatever the method
 *   <li>{@code /none} and {@code /same}: 204 and 304
 *   <li>{@code /authority}: told with the request's authority
 *   <li>{@code /stream}: answered with a body whose length nobody knows
 * </ul>
 *
 * <p>Threads: any.
 */
final class EchoHandler implements Handler {

    /** The answer to {@code /refuse}. */
    static final int REFUSAL = Status.FORBIDDEN.code();

    /** Marks the answers to HEAD, which nothing else in an answer does. */
    static final String HEAD_MARK = "X-Answers-Head";

    @Override
    public Exchange handle(RequestHead request) {
        switch (request.path()) {
            case "/refuse" -> {
                return mark(request, Response.text("refused\n").with(Status.FORBIDDEN));
            }
            case "/none" -> {
                return mark(request, Response.of(Status.NO_CONTENT));
            }
            case "/same" -> {
                return mark(request, Response.of(Status.NOT_MODIFIED));
            }
            case "/stream" -> {
                return mark(request, Response.of(Status.OK).with(new Stream()));
            }
            default -> {
            }
        }
        String query = request.query() == null ? "" : "?" + request.query();
        String echo = request.method() + " " + request.path() + query;
        return switch (request.method()) {
            case "POST", "PUT", "PATCH" -> new Upload(echo);
            default -> {
                String authority = request.path().equals("/authority")
                        ? " " + request.authority() : "";
                yield mark(request, Response.text(echo + authority + "\n"));
            }
        };
    }

    private static Response mark(RequestHead request, Response response) {
        return request.method().equals("HEAD") ? response.with(HEAD_MARK, "yes") : response;
    }

    /** Ten bytes, of which only the end tells that they are all. */
    private static final class Stream implements Body {

        private static final int BYTES = 10;

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (position == BYTES) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), BYTES - position);
            for (int i = 0; i < count; i++) {
                target.put((byte) ('0' + position + i));
            }
            return count;
        }
    }

    /** Takes a body without keeping it. */
    private static final class Upload implements Exchange, WritableByteChannel {

        private final String echo;
        private final CRC32 crc = new CRC32();
        private long length;

        Upload(String echo) {
            this.echo = echo;
        }

        @Override
        public WritableByteChannel sink() {
            return this;
        }

        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            crc.update(bytes);
            length += count;
            return count;
        }

        @Override
        public Response complete() {
            return Response.text(WireAnswer.received(echo, length, crc.getValue()) + "\n");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
