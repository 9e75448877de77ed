package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.tree.Key;
import io.millrace.tree.KeyPath;
import io.millrace.tree.UploadFolder;
import io.millrace.tree.UploadRecord;
import io.millrace.tree.Version;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The uploads of one store that outlive their requests, by their names. While the folder is this
 * process's, no other one changes them, so what was read at the start is what there is.
 *
 * <p>Threads: any.
 */
final class KeptUploads {

    private static final int NAME_BYTES = 16;

    private final Map<String, FileUpload> byName = new ConcurrentHashMap<>();
    /** Once true this is always true. */
    private volatile boolean closed;

    /**
     * Takes up what earlier processes have left.
     *
     * @throws IOException with one line for people
     */
    void open(StoreState state) throws IOException {
        UploadFolder folder = state.folder().uploads();
        for (Map.Entry<String, UploadRecord> found : folder.records().entrySet()) {
            UploadRecord record = found.getValue();
            String name = found.getKey();
            FileUpload upload = new FileUpload(state, name, record);
            if (upload.takeUp(objectOf(state, record))) {
                byName.put(name, upload);
            } else {
                SafeLog.log(FolderStore.class, Level.WARNING, "the unfinished upload of "
                        + record.path() + " is lost: its bytes are gone", null);
                folder.removeRecord(name);
            }
        }
    }

    /** The version that an upload's key names, if it may be that of its bytes; else null. */
    private static Version objectOf(StoreState state, UploadRecord record) throws IOException {
        if (record.stage() != UploadRecord.Stage.ENDING) {
            return null;
        }
        try {
            Key key = KeyPath.of(record.path(), state.options().keyLimits()).key();
            if (key == null) {
                return null;
            }
            try (var entry = state.folder().entry(key)) {
                return entry.version();
            }
        } catch (HttpException e) {
            return null; // the store's limits are others by now
        }
    }

    /** As {@link UnfinishedUploads#create}, of a key that a PUT may have. */
    FileUpload create(StoreState state, Key key, RequestHead put, long length, byte[] note)
            throws HttpException {
        byte[] kept = checked(note);
        Durability durability = state.options().durability();
        UploadEnd end = new UploadEnd(state, durability, key, put, null, length);
        if (!state.changes().begin()) {
            throw new HttpException(Responses.HANDED_OVER);
        }
        try {
            long bytes = Math.max(0, length);
            Response refused = end.refuse(bytes, bytes, true);
            if (refused != null) {
                throw new HttpException(refused);
            }
            byte[] name = new byte[NAME_BYTES];
            // Not kept: its classes would cost each start a twentieth, and most need none.
            new SecureRandom().nextBytes(name);
            FileUpload upload = new FileUpload(state, HexFormat.of().formatHex(name),
                    UploadRecord.of('/' + key.sent(), length, kept));
            upload.make();
            byName.put(upload.name(), upload);
            return upload;
        } catch (IOException e) {
            throw new HttpException(end.failed(e));
        } finally {
            state.changes().end();
        }
    }

    /** A note that can be kept. */
    static byte[] checked(byte[] note) {
        if (note.length > UploadRecord.MAX_NOTE_BYTES) {
            throw new IllegalArgumentException("a note must have at most "
                    + UploadRecord.MAX_NOTE_BYTES + " bytes: " + note.length);
        }
        return note.clone();
    }

    /** As {@link UnfinishedUploads#find}. */
    FileUpload find(String name) throws HttpException {
        FileUpload upload = byName.get(name);
        return upload != null && upload.isThere() ? upload : null;
    }

    /** As {@link UnfinishedUploads#all}. */
    List<FileUpload> all() {
        return List.copyOf(byName.values());
    }

    /** One has been discarded. */
    void gone(String name) {
        byName.remove(name);
    }

    /** Adds how many bytes came, and have not become objects. */
    void addTo(StoreStats.Builder stats) {
        Collection<FileUpload> all = byName.values();
        stats.resumableUploads(all.stream().filter(upload -> !upload.isComplete()).count())
                .resumableUploadBytes(all.stream().mapToLong(FileUpload::keptBytes).sum());
    }

    /** Refuses all changes from now on: the store is closed. */
    void close() {
        closed = true;
    }

    /** Whether the store is closed. */
    boolean isClosed() {
        return closed;
    }
}
