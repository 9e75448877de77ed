package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.log.SafeLog;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Removes uploads that nobody has touched for long: at the start, and then about once a minute.
 * Those that are complete are remembered as long, up to a number and as much memory.
 *
 * <p>Threads: one of its own, and whoever calls.
 */
final class Expiry {

    private static final long PERIOD_MS = TimeUnit.MINUTES.toMillis(1);

    private final Uploads uploads;
    private final ScheduledThreadPoolExecutor timer;

    Expiry(Uploads uploads) {
        this.uploads = uploads;
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "millrace-upload-expiry");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        long periodMs = Math.max(1, Math.min(PERIOD_MS, uploads.bounds().expiryMs()));
        timer.scheduleWithFixedDelay(this::turn, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private void turn() {
        try {
            sweep();
        } catch (RuntimeException | Error e) { // or there would be no next turn
            SafeLog.log(ResumableUploads.class, Level.WARNING,
                    "expired uploads can't be removed", e);
        }
    }

    /** Removes what has expired. Does nothing while the folder is another process's. */
    void sweep() {
        List<? extends UnfinishedUpload> all;
        Set<String> known = uploads.memory().names(); // before all are asked for
        known.addAll(uploads.sizes().names());
        try {
            all = uploads.all().all();
        } catch (HttpException e) {
            return; // the next turn sees to it
        }
        int expired = 0;
        List<UnfinishedUpload> left = new ArrayList<>();
        for (UnfinishedUpload upload : all) {
            known.remove(upload.name());
            boolean wasComplete = upload.isComplete();
            if (remove(upload)) {
                expired += wasComplete ? 0 : 1;
            } else {
                left.add(upload);
            }
        }
        known.forEach(uploads::ended); // by other programs, or other nodes
        if (expired > 0) {
            SafeLog.log(ResumableUploads.class, Level.INFO,
                    "unfinished uploads that expired and were removed: " + expired, null);
        }
        uploads.earlier().countOnce(left);
        uploads.forgetSurplus();
    }

    private boolean remove(UnfinishedUpload upload) {
        if (uploads.sizes().mayBegin(upload.name())) {
            return false; // the first turn is that of the request that begins it
        }
        Turns.Turn turn = uploads.turns().tryTake(upload.name());
        if (turn == null) {
            return false; // a request works on it
        }
        try {
            long expiresMs = upload.lastChange().toEpochMilli() + uploads.bounds().expiryMs();
            if (expiresMs <= uploads.nowMs() || isRest(upload)) {
                uploads.discard(upload);
                return true;
            }
            if (uploads.sizes().areCounted()) {
                uploads.note(upload);
            } else if (!upload.isComplete()) {
                uploads.sizes().set(upload.name(), upload.sizeBytes(), Long.MAX_VALUE);
            }
        } catch (HttpException e) {
            return false; // gone, or the store has logged why
        } finally {
            turn.end();
        }
        return false;
    }

    /** What a process leaves that is killed while it makes an upload of parts. */
    private static boolean isRest(UnfinishedUpload upload) {
        try {
            return !upload.isComplete() && UploadNote.parse(upload.note()).kind()
                    == UploadNote.Kind.FINAL;
        } catch (IOException e) {
            return false; // it expires
        }
    }

    void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(PERIOD_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
