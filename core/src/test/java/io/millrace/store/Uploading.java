package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Plays a protocol of resumable uploads to a store. Threads: one at a time. */
final class Uploading {

    private Uploading() {
    }

    /** What a PUT would begin with. */
    static Request put(String path, String... fields) {
        return Request.of("PUT", path, fields);
    }

    static FileUpload create(FolderStore store, String path, String... fields)
            throws HttpException {
        return store.uploads().create(put(path, fields), RequestHead.UNKNOWN_LENGTH,
                new byte[] {1});
    }

    /** An upload that has these bytes. */
    static FileUpload with(FolderStore store, String path, String bytes) throws Exception {
        FileUpload upload = create(store, path);
        write(upload, 0, bytes);
        return upload;
    }

    /** One request with bytes. */
    static void write(FileUpload upload, long position, String bytes)
            throws HttpException, IOException {
        try {
            FileChannel file = upload.open(position);
            upload.reserve(position + bytes.length());
            file.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)), position);
            upload.received(position + bytes.length());
            upload.force();
        } finally {
            upload.close();
        }
    }

    static Reply complete(FileUpload upload, String... fields) throws Exception {
        return Reply.of(Client.known(upload.complete(put(upload.path(), fields))));
    }

    /** The files of uploads; a name's digits are left out, so that they can be compared. */
    static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".millrace.uploads"))) {
            return files.map(file -> file.getFileName().toString()
                    .replaceFirst("[0-9a-f]{32}", "X")).sorted().toList();
        }
    }

    /** The file of an upload's bytes. */
    static Path file(Path folder, FileUpload upload) {
        return folder.resolve(".millrace.uploads/.millrace-" + upload.name());
    }

    /** The file of its record. */
    static Path record(Path folder, FileUpload upload) {
        return folder.resolve(".millrace.uploads/.millrace-" + upload.name() + ".record");
    }

    /** What is in the folder, the store's own files included. */
    static Set<String> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new TreeSet<>(files.map(file -> folder.relativize(file).toString()).toList());
        }
    }
}
