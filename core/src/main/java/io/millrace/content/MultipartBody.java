package io.millrace.content;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Several ranges of some content as {@code multipart/byteranges} (RFC 9110 section 14.6). Owns the
 * content's body. Threads: one at a time.
 */
final class MultipartBody implements Body {

    private final Body whole;
    private final List<ByteRange> ranges;
    /** The text before each range and after the last one. */
    private final byte[][] texts;
    /** The ends of texts and ranges, in turn, as positions in this body. */
    private final long[] ends;

    /**
     * A body of several ranges.
     *
     * @param whole the content from its first byte to its last
     * @param ranges the parts to send
     * @param contentType the content's media type
     * @param boundary must not occur in the content
     */
    MultipartBody(Body whole, List<ByteRange> ranges, String contentType, String boundary) {
        this.whole = whole;
        this.ranges = ranges;
        this.texts = new byte[ranges.size() + 1][];
        this.ends = new long[2 * ranges.size() + 1];
        long end = 0;
        for (int i = 0; i < ranges.size(); i++) {
            // RFC 2046 s5.1.1 lets the first CRLF be left out, but some clients (zsync) need it.
            String text = "\r\n--" + boundary + "\r\nContent-Type: " + contentType
                    + "\r\nContent-Range: " + ranges.get(i).contentRange(whole.length())
                    + "\r\n\r\n";
            texts[i] = text.getBytes(StandardCharsets.ISO_8859_1);
            end += texts[i].length;
            ends[2 * i] = end;
            end += ranges.get(i).length();
            ends[2 * i + 1] = end;
        }
        byte[] close = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        texts[ranges.size()] = close;
        ends[2 * ranges.size()] = end + close.length;
    }

    @Override
    public long length() {
        return ends[ends.length - 1];
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int piece = pieceAt(position);
        int count = (int) Math.min(ends[piece] - position, target.remaining());
        if (isText(piece)) {
            byte[] text = texts[piece / 2];
            target.put(text, (int) (text.length - (ends[piece] - position)), count);
            return count;
        }
        int limit = target.limit();
        target.limit(target.position() + count);
        int read = whole.read(inWhole(piece, position), target);
        target.limit(limit);
        return read;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        int piece = pieceAt(position);
        long most = Math.min(ends[piece] - position, count);
        if (isText(piece)) {
            byte[] text = texts[piece / 2];
            int start = (int) (text.length - (ends[piece] - position));
            return target.write(ByteBuffer.wrap(text, start, (int) most));
        }
        return whole.transferTo(inWhole(piece, position), most, target);
    }

    /** The text or range that has the byte at {@code position}. */
    private int pieceAt(long position) {
        int piece = 0;
        while (piece < ends.length - 1 && ends[piece] <= position) {
            piece++;
        }
        return piece;
    }

    private static boolean isText(int piece) {
        return piece % 2 == 0;
    }

    private long inWhole(int piece, long position) {
        return ranges.get(piece / 2).last() + 1 - (ends[piece] - position);
    }

    @Override
    public void whenReadable(Runnable callback) {
        whole.whenReadable(callback);
    }

    @Override
    public boolean onStall() {
        return whole.onStall();
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}
