package io.millrace.resume;

import io.millrace.bucket.BucketKeys;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.OutputStream;

/**
 * One server of a bucket as a process of its own: {@code URL ID SECRET}. It prints its port, and
 * ends with its standard input, or when it is killed.
 */
final class BucketNode {

    private BucketNode() {
    }

    public static void main(String[] args) throws Exception {
        try (BucketStore store = BucketStore.open(BucketOptions.builder(args[0])
                        .keys(BucketKeys.of(args[1], args[2], null)).build());
                ResumableUploads uploads = ResumableUploads.of(store.unfinished());
                HttpServer server = HttpServer.start(
                        ServerOptions.builder().port(0).workers(1).build(),
                        uploads.around(store))) {
            System.out.println(server.address().getPort());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
