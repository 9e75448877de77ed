package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Counts the uploads that an earlier process has left. At the start the folder may still be that
 * process's; then they are counted before the first upload begins.
 *
 * <p>Threads: any.
 */
final class EarlierUploads {

    private record Found(UnfinishedUpload upload, long changedMs) {
    }

    private final UploadSizes sizes;
    private final UploadMemory memory;

    EarlierUploads(UploadSizes sizes, UploadMemory memory) {
        this.sizes = sizes;
        this.memory = memory;
    }

    /** Counts them unless that has been done. May block the first time. */
    void countOnce(UnfinishedUploads uploads) throws HttpException {
        if (!sizes.areCounted()) {
            countOnce(uploads.all());
        }
    }

    /**
     * Counts those of these that are an earlier process's, unless that has been done: from then on
     * what is not known is about to begin.
     */
    void countOnce(List<? extends UnfinishedUpload> uploads) {
        if (!sizes.areCounted()) {
            Set<String> known = memory.names();
            List<UnfinishedUpload> unknown = new ArrayList<>();
            for (UnfinishedUpload upload : uploads) {
                if (!known.contains(upload.name())) {
                    unknown.add(upload);
                }
            }
            if (!unknown.isEmpty()) {
                count(unknown);
            }
            sizes.counted();
        }
    }

    /** The oldest of the complete ones is to be forgotten first. */
    private void count(List<? extends UnfinishedUpload> unknown) {
        List<Found> found = new ArrayList<>();
        unknown.forEach(upload -> found.add(new Found(upload, changedMs(upload))));
        found.sort(Comparator.comparingLong(Found::changedMs));
        for (Found each : found) {
            UnfinishedUpload upload = each.upload();
            boolean isComplete = upload.isComplete();
            memory.found(upload.name(), isComplete,
                    UploadMemory.bytes(upload.path(), upload.note()));
            if (!isComplete) {
                sizes.found(upload.name(), sizeBytes(upload));
            }
        }
    }

    private static long changedMs(UnfinishedUpload upload) {
        try {
            return upload.lastChange().toEpochMilli();
        } catch (HttpException e) {
            return 0; // it is gone
        }
    }

    private static long sizeBytes(UnfinishedUpload upload) {
        try {
            return upload.sizeBytes();
        } catch (HttpException e) {
            return 0; // gone, or the store has logged why
        }
    }
}
