package io.millrace.archive;

import java.io.IOException;

/**
 * Writes a ZIP archive (PKWARE's APPNOTE 6.3) front to back. An object's CRC and sizes stand behind
 * its bytes, and once more in the directory at the end.
 *
 * <p>Threads: one at a time.
 */
final class ZipWriter implements ArchiveWriter { // decision 274

    private static final int DIRECTORY_PIECE_BYTES = 64 * 1024;
    private static final int DIRECTORY_MEMORY_BYTES = 256 * 1024;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_64_BYTES = 44;
    private static final int MAX_16 = 0xffff;

    private final ZipData data = new ZipData();
    private final Spool directory = new Spool(DIRECTORY_MEMORY_BYTES);
    private long entries;
    /** That of the object that is being written. */
    private ZipRecord record;
    /** Where the directory begins; negative before that. */
    private long directoryStart = -1;

    @Override
    public void folder(Piece out, String name, long modifiedNs) throws IOException {
        whole(out, ZipRecord.ofFolder(name, modifiedNs, out.position()));
    }

    private void whole(Piece out, ZipRecord noBytes) throws IOException {
        noBytes.local(out);
        add(noBytes);
    }

    private void add(ZipRecord whole) throws IOException {
        directory.write(whole.central());
        entries++;
    }

    @Override
    public void begin(Piece out, String name, OpenedObject object) throws IOException {
        if (object.sizeBytes() == 0) {
            whole(out, ZipRecord.ofEmpty(name, object.modifiedNs(), out.position()));
            return;
        }
        data.begin(object);
        record = ZipRecord.ofObject(name, object.modifiedNs(), out.position(),
                data.isLarge(object));
        record.local(out);
    }

    @Override
    public boolean content(Piece out, OpenedObject object) throws IOException {
        if (object.sizeBytes() == 0) {
            return true;
        }
        boolean whole = data.write(out, object);
        if (whole) {
            record.descriptor(out, data.crc(), data.compressedBytes(), object.sizeBytes());
            add(record);
        }
        return whole;
    }

    @Override
    public boolean end(Piece out) throws IOException {
        if (directoryStart < 0) {
            directoryStart = out.position();
        }
        if (directory.read(out, DIRECTORY_PIECE_BYTES)) {
            return false;
        }
        long size = directory.sizeBytes();
        if (entries >= MAX_16 || size >= ZipRecord.MAX_32 || directoryStart >= ZipRecord.MAX_32) {
            end64(out, size);
        }
        out.little(END, 4).zeros(4)
                .little(Math.min(entries, MAX_16), 2).little(Math.min(entries, MAX_16), 2)
                .little(Math.min(size, ZipRecord.MAX_32), 4)
                .little(Math.min(directoryStart, ZipRecord.MAX_32), 4).zeros(2);
        return true;
    }

    // APPNOTE s4.3.14 and s4.3.15.
    private void end64(Piece out, long size) {
        long start = out.position();
        out.little(END_64, 4).little(END_64_BYTES, 8)
                .little(ZipRecord.MADE_BY, 2).little(ZipRecord.VERSION_ZIP64, 2).zeros(8)
                .little(entries, 8).little(entries, 8).little(size, 8).little(directoryStart, 8);
        out.little(LOCATOR_64, 4).zeros(4).little(start, 8).little(1, 4);
    }

    @Override
    public void close() throws IOException {
        data.close();
        directory.close();
    }
}
