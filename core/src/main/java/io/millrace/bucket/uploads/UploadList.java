package io.millrace.bucket.uploads;

import io.millrace.http.HttpException;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Listed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * All unfinished uploads of a bucket, whichever nodes they were begun on. A record is read again
 * only if it has changed since the last time. What killed nodes have left between two steps is
 * removed.
 *
 * <p>Threads: one at a time, which may wait for the engine; {@link #lastCount} any.
 */
final class UploadList { // decision 343

    /** Records that are asked for at a time. */
    private static final int AT_A_TIME = 16;
    /** What is that old belongs to no request that is under way. */
    private static final long LEFT_MS = TimeUnit.HOURS.toMillis(1);

    private final BucketUploads uploads;
    /** By their names, without their parts. Guarded by this. */
    private Map<String, BucketUpload> known = Map.of();
    /** Of the last look: records that are there and can't be read. Guarded by this. */
    private int unread;
    /** Of the last look, for threads that can't wait for the next. */
    private volatile int lastCount;

    UploadList(BucketUploads uploads) {
        this.uploads = uploads;
    }

    /**
     * The engine's ids of the multipart uploads that are needed.
     *
     * @throws IllegalStateException if a record can't be read, which may need any of them
     */
    synchronized Set<String> multipartIds() throws HttpException {
        Set<String> ids = new HashSet<>();
        all().forEach(upload -> ids.add(upload.uploadId()));
        ids.remove(null);
        if (unread > 0) {
            throw new IllegalStateException("of " + unread + " unfinished uploads it isn't known"
                    + " which parts they need");
        }
        return ids;
    }

    /** All that there are now. */
    synchronized List<BucketUpload> all() throws HttpException {
        Map<String, String> tags = new HashMap<>();
        List<S3Listed> tails = new ArrayList<>();
        list(tags, tails);
        Map<String, BucketUpload> found = new HashMap<>();
        List<String> changed = new ArrayList<>();
        tags.forEach((name, tag) -> {
            BucketUpload before = known.get(name);
            if (before != null && tag.equals(before.recordTag())) {
                found.put(name, before);
            } else {
                changed.add(name);
            }
        });
        unread = 0;
        read(changed, found);
        known = found;
        removeLeft(tags, tails, found);
        List<BucketUpload> all = new ArrayList<>();
        for (BucketUpload upload : found.values()) {
            if (!upload.isEnded()) {
                all.add(upload);
            }
        }
        lastCount = all.size();
        return all;
    }

    /** How many there were at the last look; 0 before the first. */
    int lastCount() {
        return lastCount;
    }

    private void list(Map<String, String> tags, List<S3Listed> tails) throws HttpException {
        S3ListQuery query = S3ListQuery.of(UploadRecords.FOLDER);
        while (query != null) {
            S3ListPage page = await(uploads.state().client().list(query));
            for (S3Listed listed : page.objects()) {
                String name = listed.key().substring(UploadRecords.FOLDER.length());
                if (BucketUploads.isName(name)) {
                    tags.put(name, listed.etag());
                } else if (name.contains(UploadRecords.TAIL)) {
                    tails.add(listed);
                }
            }
            query = page.next() == null ? null : query.from(page.next());
        }
    }

    private void read(List<String> names, Map<String, BucketUpload> found) throws HttpException {
        for (int i = 0; i < names.size(); i += AT_A_TIME) {
            List<String> some = names.subList(i, Math.min(names.size(), i + AT_A_TIME));
            List<CompletableFuture<UploadRecords.Kept>> asked = new ArrayList<>();
            some.forEach(name -> asked.add(uploads.records().load(name)));
            for (int j = 0; j < some.size(); j++) {
                UploadRecords.Kept kept = await(asked.get(j));
                if (kept != null) {
                    found.put(some.get(j), new BucketUpload(uploads, some.get(j),
                            new UploadRecords.Kept(kept.progress().summary(), kept.etag()), false));
                } else if (isThere(some.get(j))) {
                    unread++;
                }
            }
        }
    }

    private boolean isThere(String name) throws HttpException {
        return await(uploads.state().client().head(UploadRecords.key(name), Map.of())).isSuccess();
    }

    /** Removes what has no use any more, and was not made just now. */
    private void removeLeft(Map<String, String> tags, List<S3Listed> tails,
            Map<String, BucketUpload> found) {
        for (BucketUpload upload : found.values()) {
            if (upload.isEnded()) {
                try {
                    upload.discard();
                } catch (HttpException e) {
                    return; // logged; the next time sees to it
                }
            }
        }
        Instant before = Instant.ofEpochMilli(uploads.nowMs() - LEFT_MS);
        for (S3Listed tail : tails) {
            String rest = tail.key().substring(UploadRecords.FOLDER.length());
            int dot = rest.indexOf(UploadRecords.TAIL);
            String name = rest.substring(0, dot);
            String number = rest.substring(dot + UploadRecords.TAIL.length());
            BucketUpload upload = found.get(name);
            // A record that is there and can't be read may be a later release's.
            boolean isUseless = upload == null ? !tags.containsKey(name) : !upload.hasTail(number);
            if (isUseless && tail.lastModified() != null && tail.lastModified().isBefore(before)) {
                uploads.records().dropTail(name, number);
            }
        }
    }

    private <T> T await(CompletableFuture<T> promise) throws HttpException {
        return Waits.on(promise, uploads.state().faults(), "listing of the unfinished uploads");
    }
}
