package io.millrace.archive;

import java.io.IOException;

/**
 * Writes a tar archive in the format of POSIX (pax, IEEE 1003.1), which goes front to back.
 *
 * <p>Threads: one at a time.
 */
final class TarWriter implements ArchiveWriter { // decision 277

    private static final int READ_BYTES = 64 * 1024;

    @Override
    public void folder(Piece out, String name, long modifiedNs) {
        TarHeader.write(out, name, true, modifiedNs, 0);
    }

    @Override
    public void begin(Piece out, String name, OpenedObject object) {
        TarHeader.write(out, name, false, object.modifiedNs(), object.sizeBytes());
    }

    @Override
    public boolean content(Piece out, OpenedObject object) throws IOException {
        int most = (int) Math.min(object.leftBytes(), READ_BYTES);
        out.ensure(most + TarHeader.BLOCK_BYTES);
        out.added(object.read(out.array(), out.count(), most));
        boolean whole = object.leftBytes() == 0;
        if (whole) {
            TarHeader.pad(out, object.sizeBytes());
        }
        return whole;
    }

    @Override
    public boolean end(Piece out) {
        out.zeros(2 * TarHeader.BLOCK_BYTES);
        return true;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
