package io.millrace.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/**
 * A file into which large pieces of one source go through a pipe in the kernel, and all else by a
 * copy, with the same promises: the pipe is empty before and after each call, and what a failed
 * write leaves in it is thrown away together with it, so that it never reaches another body.
 *
 * <p>Threads: the owning worker only.
 */
final class SplicingChannel extends PieceChannel {

    /**
     * Fewer bytes than that are copied: two system calls cost more than the copy.
     * BodyTransferBenchmark compares both ways from this size on.
     */
    private static final int MIN_SPLICED_BYTES = 64 * 1024;
    /**
     * Once a peer has shown to be fast, its socket is reported with so many bytes, as long as more
     * than that has to come. A worker that is faster than its peers would else be woken for each
     * few packets, which costs more than splicing them. PUT of 40 MB to /dev/null, in
     * docs/benchmarks.md, chose it.
     */
    private static final int WAKE_BYTES = 512 * 1024;

    private final SocketSource source;
    private final FileChannel file;
    private final FileTransfers.Splicing worker;
    /** Once true this is always true: this source or file is none for a pipe. */
    private boolean refused;
    /** What has made the socket wait for {@link #WAKE_BYTES}; null while each byte is reported. */
    private SplicePipe waker;

    SplicingChannel(SocketSource source, FileChannel file, ByteBuffer piece,
            FileTransfers.Splicing worker) {
        super(file, piece);
        this.source = source;
        this.file = file;
        this.worker = worker;
    }

    @Override
    int move(ReadableByteChannel from, long position, long count) throws IOException {
        SplicePipe pipe = from == source ? pipe(position, count) : null; // decision 77
        int moved = pipe != null ? splice(pipe, position, count) : copy(from, position, count);
        if (source.direct() < WAKE_BYTES) {
            wakeAtOnce();
        }
        return moved;
    }

    /** The pipe for the next bytes; null if they are to be copied. */
    private SplicePipe pipe(long position, long count) {
        if (refused || Math.min(count, source.direct()) < MIN_SPLICED_BYTES) {
            return null;
        }
        SplicePipe pipe = worker.pipe();
        if (pipe != null && pipe.joins(source.socket(), file, position)) {
            return pipe;
        }
        // A file that keeps what it is given will go on to: to ask anew is a system call a piece.
        refused = position > 0;
        return null;
    }

    /** Moves bytes through the pipe; none if it refuses, after which the rest is copied. */
    private int splice(SplicePipe pipe, long position, long count) throws IOException {
        SocketChannel socket = (SocketChannel) source.socket();
        int asked = (int) Math.min(Math.min(count, source.direct()), pipe.capacityBytes());
        try {
            int moved = pipe.fill(socket, asked);
            if (moved == SplicePipe.REFUSED) {
                refused = true;
                return 0;
            }
            source.taken(asked, moved);
            moreAfter(asked, moved);
            if (moved >= MIN_SPLICED_BYTES && source.direct() >= WAKE_BYTES && waker == null) {
                pipe.wakeAt(socket, WAKE_BYTES);
                waker = pipe;
                source.beforeReadOrClose(this::wakeAtOnce);
            }
            empty(pipe, position);
            return moved;
        } finally {
            if (pipe.held() > 0) {
                pipe.discard();
            }
        }
    }

    private void empty(SplicePipe pipe, long position) throws SinkException {
        long at = position;
        try {
            while (pipe.held() > 0) {
                int moved = pipe.empty(file, at);
                if (moved == SplicePipe.REFUSED) {
                    // Whatever speaks against it, be it that the file is open for appending or that
                    // the disk is full: a copy works, or tells in the JDK's words why not.
                    refused = true;
                    moved = copyHeld(pipe, at);
                }
                at += moved;
            }
        } catch (SinkException e) {
            throw e;
        } catch (IOException e) {
            throw new SinkException(e);
        }
    }

    private int copyHeld(SplicePipe pipe, long position) throws IOException {
        ByteBuffer piece = piece().clear();
        pipe.read(piece);
        int count = piece.flip().remaining();
        writeWhole(position);
        return count;
    }

    private void wakeAtOnce() {
        if (waker != null) {
            waker.wakeAt((SocketChannel) source.socket(), 1);
            waker = null;
        }
    }
}
