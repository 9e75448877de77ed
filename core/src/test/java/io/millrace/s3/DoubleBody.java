package io.millrace.s3;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of a request, read whole, checked, and kept if it is short enough. */
final class DoubleBody {

    /** What is to happen once so many bytes have come. */
    interface Watch {
        void received(long bytes) throws IOException, DoubleRefusal;
    }

    private static final String STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private static final Pattern CHUNK =
            Pattern.compile("([0-9a-fA-F]{1,8});chunk-signature=([0-9a-f]{64})");
    /** AWS: all chunks but the last one have at least as many bytes. */
    private static final int LEAST_CHUNK = 8 * 1024;
    private static final int MOST_CHUNK = 64 << 20;
    private static final int PIECE = 64 * 1024;

    /** Null if it is too long to be kept. */
    final byte[] bytes;
    final long length;
    /** In base64, by algorithm. */
    final Map<String, String> checksums;

    private DoubleBody(byte[] bytes, long length, Map<String, String> checksums) {
        this.bytes = bytes;
        this.length = length;
        this.checksums = checksums;
    }

    /** How many bytes it has on the wire; 0 without a body. */
    static long wireLength(DoubleCall call) throws DoubleRefusal {
        boolean stores = call.operation().equals("PutObject")
                || call.operation().equals("UploadPart");
        if (call.has("transfer-encoding") || stores && !call.has("content-length")) {
            throw new DoubleRefusal(411, "MissingContentLength",
                    "You must provide the Content-Length HTTP header.");
        }
        return call.has("content-length") ? Long.parseLong(call.field("content-length")) : 0;
    }

    static long length(DoubleCall call) throws DoubleRefusal {
        if (!call.field("x-amz-content-sha256").startsWith("STREAMING-")) {
            return wireLength(call);
        }
        if (!call.field("x-amz-content-sha256").equals(STREAMING)) {
            throw new DoubleRefusal(501, "NotImplemented", "A header you provided implies "
                    + "functionality that is not implemented: x-amz-content-sha256");
        }
        if (!call.has("x-amz-decoded-content-length")) {
            throw new DoubleRefusal(411, "MissingContentLength",
                    "You must provide x-amz-decoded-content-length.");
        }
        return Long.parseLong(call.field("x-amz-decoded-content-length"));
    }

    static DoubleBody receive(InputStream in, DoubleCall call, DoubleSignature signature,
            long keptBytes, Watch watch) throws IOException, DoubleRefusal {
        long length = length(call);
        boolean kept = length <= keptBytes;
        DoubleDigests digests = new DoubleDigests(call, kept);
        ByteArrayOutputStream to = kept ? new ByteArrayOutputStream((int) length) : null;
        Output out = (bytes, count) -> {
            digests.update(bytes, 0, count);
            if (to != null) {
                to.write(bytes, 0, count);
            }
            call.received(count);
            watch.received(call.bodyBytes());
        };
        watch.received(0);
        if (call.field("x-amz-content-sha256").equals(STREAMING)) {
            chunks(in, length, signature, out);
        } else {
            plain(in, length, out);
        }
        return new DoubleBody(to == null ? null : to.toByteArray(), length, digests.check());
    }

    private interface Output {
        void write(byte[] bytes, int count) throws IOException, DoubleRefusal;
    }

    private static void plain(InputStream in, long length, Output out)
            throws IOException, DoubleRefusal {
        byte[] piece = new byte[PIECE];
        for (long left = length; left > 0;) {
            int count = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (count < 0) {
                throw new EOFException("a body cut short");
            }
            out.write(piece, count);
            left -= count;
        }
    }

    /** AWS: Transferring Payload in Multiple Chunks. */
    private static void chunks(InputStream in, long length, DoubleSignature signature, Output out)
            throws IOException, DoubleRefusal {
        long left = length;
        boolean last = false;
        for (;;) {
            Matcher head = CHUNK.matcher(line(in));
            if (!head.matches()) {
                throw new DoubleRefusal(400, "InvalidRequest", "not the head of a chunk");
            }
            long size = Long.parseLong(head.group(1), 16);
            if (size > MOST_CHUNK || size > left || size > 0 && last) {
                throw new DoubleRefusal(403, "InvalidChunkSizeError",
                        "Only the last chunk is allowed to have a size less than 8192 bytes");
            }
            byte[] chunk = in.readNBytes((int) size);
            if (chunk.length < size) {
                throw new EOFException("a chunk cut short");
            }
            signature.checkChunk(chunk, head.group(2));
            if (!line(in).isEmpty()) {
                throw new DoubleRefusal(400, "InvalidRequest", "no end of a chunk");
            }
            if (size == 0) {
                break;
            }
            last = size < LEAST_CHUNK;
            left -= size;
            out.write(chunk, chunk.length);
        }
        if (left > 0) {
            throw new DoubleRefusal(400, "IncompleteBody",
                    "You did not provide the number of bytes that you promised.");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > 200) {
                throw new EOFException("no end of a line");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
