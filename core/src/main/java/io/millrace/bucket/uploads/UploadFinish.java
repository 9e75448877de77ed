package io.millrace.bucket.uploads;

import io.millrace.bucket.cache.EngineValidators;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.write.ObjectWrite;
import io.millrace.bucket.write.WriteMark;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Part;
import io.millrace.s3.S3Payload;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The end of one unfinished upload: its bytes become the object, in one request if there are no
 * parts, else by the end of the engine's multipart upload. Either is repeated after a kill until it
 * is known what has come of it: the object's mark tells.
 *
 * <p>Threads: one, which may wait for the engine.
 */
final class UploadFinish { // decision 344

    private final EngineState state;
    private final ObjectWrite write;
    private final Key key;
    private final UploadParts parts;
    private final List<ByteBuffer> rest;
    private final int restBytes;
    /** The object's entity tag; null if it has not been stored. */
    private String etag;
    private boolean isLost;

    /**
     * An end.
     *
     * @param rest what is less than a part, behind the others
     */
    UploadFinish(EngineState state, Key key, RequestHead put, WriteMark mark, UploadParts parts,
            List<ByteBuffer> rest, int restBytes) throws HttpException {
        this.state = state;
        this.key = key;
        this.write = new ObjectWrite(state, key, put, mark);
        this.parts = parts;
        this.rest = rest;
        this.restBytes = restBytes;
    }

    /**
     * Stores the object.
     *
     * @param mayBeStored whether an earlier end may have stored it
     * @return the response of the PUT; {@link #etag} tells whether the object has been stored
     * @throws HttpException if it is refused before the engine is asked to store it
     */
    Response store(boolean mayBeStored) throws HttpException {
        UploadProgress.Bytes bytes = parts.bytes();
        boolean isParted = !bytes.parts().isEmpty();
        Response refused = write.refuse(bytes.sizeBytes() + restBytes, isParted);
        if (refused != null) {
            return refused;
        }
        if (mayBeStored && find()) {
            return stored();
        }
        try {
            await(write.prepare());
        } catch (HttpException e) {
            if (e.status().code() != 412) {
                throw e;
            }
            // For good, as the engine's own, unless another node's end has made it false.
            return find() ? stored() : e.response();
        }
        await(write.look());
        S3Part last = null;
        try {
            last = isParted && restBytes > 0 ? await(parts.sendLast(rest)
                    .whenComplete((part, failure) -> seen(failure))) : null;
        } catch (HttpException e) {
            if (!isLost) {
                throw e;
            }
            return find() ? stored() : e.response();
        }
        CompletableFuture<S3Answer> asked = isParted ? complete(bytes, last)
                : write.put(S3Payload.of(rest), false, () -> true);
        Response response = await(asked.handle(this::outcome).thenCompose(outcome -> outcome));
        if (response.status().code() < 300) {
            etag = response.headers().first("ETag");
            etag = etag == null ? "" : etag;
        } else if (find()) { // by an end of before that had no answer, or by that of another node
            return stored();
        }
        return response;
    }

    /** Whether the object that is there is this upload's. */
    private boolean find() throws HttpException {
        S3Answer own = await(write.found());
        if (own == null) {
            etag = null;
            return false;
        }
        write.changes(); // this node may still have in memory what was there before
        etag = own.etag() == null ? "" : own.etag();
        return true;
    }

    private Response stored() {
        return EngineValidators.of(etag.isEmpty() ? null : etag, HttpDate.NONE)
                .on(KeyResponses.OK);
    }

    private CompletableFuture<S3Answer> complete(UploadProgress.Bytes bytes, S3Part last) {
        List<S3Part> all = new ArrayList<>(bytes.parts());
        if (last != null) {
            all.add(last);
        }
        write.changes();
        return state.client().completeMultipart(key.name(), bytes.uploadId(), all,
                write.condition());
    }

    private CompletableFuture<Response> outcome(S3Answer answer, Throwable failure) {
        seen(failure);
        return write.response(answer, failure, true);
    }

    private void seen(Throwable failure) {
        isLost = failure != null && BucketFaults.cause(failure) instanceof S3Exception engine
                && engine.kind() == S3Exception.Kind.NO_UPLOAD;
    }

    private <T> T await(CompletableFuture<T> promise) throws HttpException {
        return Waits.on(promise, state.faults(), "PUT /" + key.sent());
    }

    /** The object's entity tag, empty if the engine gives none; null if it has not been stored. */
    String etag() {
        return etag;
    }

    /** Whether the engine has dropped the parts, so that it will never be stored. */
    boolean isLost() {
        return isLost && etag == null;
    }
}
