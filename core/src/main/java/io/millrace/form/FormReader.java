package io.millrace.form;

import io.millrace.http.HttpException;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} form part by part, as {@link Form#stream} hands it to a
 * thread.
 *
 * <pre>{@code
 * for (FormPart part = form.next(); part != null; part = form.next()) {
 *     if (part.isFile()) {
 *         form.content().transferTo(archive);
 *     }
 * }
 * }</pre>
 *
 * <p>Threads: the one that {@link Form#stream} has called the responder on.
 *
 * @since 0.1
 */
public final class FormReader {

    private static final int PIECE_BYTES = 16 * 1024;
    /** What stands in the queue for the end of a part. */
    private static final Object END = new Object();

    private final InputStream body;
    private final MultipartParser parser;
    private final byte[] piece = new byte[PIECE_BYTES];
    /** What the last piece of the body has brought: parts, buffers of bytes, and ends of parts. */
    private final Deque<Object> told = new ArrayDeque<>();
    private final InputStream content = new Content();
    private boolean ended;
    /** Whether there is a part whose end has not been reached. */
    private boolean inPart;
    /** Why the form is refused; null as long as it is not. */
    private HttpException refusal;

    private FormReader(String boundary, FormLimits limits, InputStream body) {
        this.body = body;
        this.parser = new MultipartParser(boundary, limits, new Queue());
    }

    /** Lets a responder read a form; a refusal of the form goes before what it threw for it. */
    static Response read(String boundary, FormLimits limits, InputStream body,
            Responder<FormReader> responder) throws Exception {
        FormReader reader = new FormReader(boundary, limits, body);
        try {
            return responder.respond(reader);
        } catch (Exception e) {
            if (reader.refusal != null) {
                throw reader.refusal;
            }
            throw e;
        }
    }

    /**
     * The next part. What is left of the one before is skipped.
     *
     * @return null after the last part
     * @throws HttpException if the form is malformed or exceeds a limit
     * @throws IOException if it doesn't arrive whole
     */
    public @Nullable FormPart next() throws IOException, HttpException {
        while (true) {
            Object next = take();
            if (next instanceof FormPart part) {
                inPart = true;
                return part;
            }
            if (next == null) {
                return null;
            }
        }
    }

    /**
     * The bytes of the part that {@link #next} has returned last; it need not be closed. Reading
     * throws an {@link IOException} if the form is malformed or doesn't arrive whole.
     */
    public InputStream content() {
        return content;
    }

    /** What comes next; null at the end of the form. */
    private Object take() throws IOException, HttpException {
        while (told.isEmpty() && !ended) {
            int count = body.read(piece);
            try {
                if (count < 0) {
                    ended = true;
                    parser.end();
                } else {
                    parser.parse(ByteBuffer.wrap(piece, 0, count));
                }
            } catch (HttpException e) {
                told.clear();
                ended = true;
                refusal = e;
            } catch (Exception e) {
                throw new AssertionError(e); // the queue throws nothing
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        Object next = told.poll();
        inPart &= next != END && next != null;
        return next;
    }

    private final class Queue implements MultipartListener {

        @Override
        public void onPart(FormPart part) {
            told.add(part);
        }

        @Override
        public void onBytes(ByteBuffer bytes) {
            told.add(bytes);
        }

        @Override
        public void onPartEnd() {
            told.add(END);
        }
    }

    private final class Content extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!inPart) {
                return -1;
            }
            Object next;
            try {
                next = take();
            } catch (HttpException e) {
                throw new IOException(e.getMessage(), e);
            }
            if (!(next instanceof ByteBuffer bytes)) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            if (bytes.hasRemaining()) {
                told.addFirst(bytes);
            }
            return count;
        }
    }
}
