package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region of a channel that is no file of the default file system's. */
class ChannelBodyTest {

    /** As a foreign file system has them. */
    private record Foreign(FileChannel channel) implements SeekableByteChannel {

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public int write(ByteBuffer source) {
            throw new AssertionError();
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new AssertionError();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @TempDir
    private Path folder;

    private Foreign channel() throws IOException {
        return new Foreign(FileChannel.open(Files.writeString(folder.resolve("a"), "0123456789")));
    }

    private static String read(Body body, long position, int bytes) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(bytes);
        int read = body.read(position, target);
        assertEquals(bytes, target.limit());
        return new String(target.array(), 0, read, StandardCharsets.US_ASCII);
    }

    @Test
    void regionIsReadFromAnyPositionAndNoFurther() throws Exception {
        try (Body body = ChannelBody.of(channel(), 2, 5)) {
            assertEquals(5, body.length());
            assertEquals("23456", read(body, 0, 100));
            assertEquals("6", read(body, 4, 100));
            assertEquals("34", read(body, 1, 2));
        }
    }

    @Test
    void regionThatBeginsBeforeTheChannelOrHasNoLengthIsRefused() throws Exception {
        try (Foreign channel = channel()) {
            assertThrows(IllegalArgumentException.class, () -> ChannelBody.of(channel, -1, 1));
            assertThrows(IllegalArgumentException.class, () -> ChannelBody.of(channel, 1, -1));
            assertEquals(0, ChannelBody.of(channel, 0, 0).length());
        }
    }

    @Test
    void channelIsClosedWithItsBody() throws Exception {
        Foreign channel = channel();
        ChannelBody.of(channel, 0, 10).close();
        assertFalse(channel.isOpen());
    }

    @Test
    void channelThatEndsBeforeItsRegionIsAnErrorAndNotAnEnd() throws Exception {
        try (Body body = ChannelBody.of(channel(), 2, 9)) {
            assertEquals("23456789", read(body, 0, 100));
            assertThrows(EOFException.class, () -> read(body, 8, 100));
        }
    }
}
