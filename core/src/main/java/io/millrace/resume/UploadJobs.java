package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.work.Promise;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Has jobs done for requests: on an upload when it is the request's turn, or at once where there is
 * none yet.
 *
 * <p>Threads: any.
 */
final class UploadJobs {

    /** What a request does when it is its turn. An {@link Append} keeps the turn until its end. */
    interface Job {
        Exchange run(Turns.Turn turn) throws HttpException, IOException;
    }

    private final Uploads uploads;

    UploadJobs(Uploads uploads) {
        this.uploads = uploads;
    }

    /** Has a job done when it is this request's turn to work on an upload. */
    Exchange onTurn(RequestHead request, String name, UnaryOperator<Response> dress, Job job) {
        Promise<Exchange> promise = new Promise<>();
        uploads.turns().take(name, request, new Turns.Claim() {
            @Override
            public void granted(Turns.Turn turn) {
                begin(promise, turn, request, dress, job);
            }

            @Override
            public void superseded() {
                promise.complete(dress.apply(Replies.SUPERSEDED));
            }
        });
        return Exchange.later(promise);
    }

    private void begin(Promise<Exchange> promise, Turns.Turn turn, RequestHead request,
            UnaryOperator<Response> dress, Job job) {
        Response refusal = Replies.BUSY;
        try {
            if (UploadWork.execute(uploads.threads(), promise, () -> run(turn, request, dress, job),
                    turn::end)) {
                return;
            }
        } catch (HttpException e) {
            refusal = e.response();
        }
        turn.end();
        promise.complete(dress.apply(refusal));
    }

    private Exchange run(Turns.Turn turn, RequestHead request, UnaryOperator<Response> dress,
            Job job) {
        Exchange result = null;
        try {
            Exchange answer = answer(request, dress, () -> job.run(turn));
            result = answer instanceof Response response
                    ? UploadWork.map(response, known -> known, turn::end) : answer;
            return result;
        } finally {
            if (result == null) {
                turn.end(); // an error, which is the server's to answer
            }
        }
    }

    /**
     * Has a job done that begins with finding an upload: at once, unless that waits for a network.
     * What it throws is the server's to answer.
     */
    Exchange found(Callable<Exchange> job) throws Exception {
        if (!uploads.all().mayBlockToFind()) {
            return job.call();
        }
        Promise<Exchange> promise = new Promise<>();
        return UploadWork.execute(uploads.threads(), promise, job, () -> { })
                ? Exchange.later(promise) : Replies.BUSY;
    }

    /** Has a job done that works on no upload yet. */
    Exchange work(Executor by, RequestHead request, UnaryOperator<Response> dress,
            Callable<Exchange> job) {
        Promise<Exchange> promise = new Promise<>();
        return UploadWork.execute(by, promise, () -> answer(request, dress, job), () -> { })
                ? Exchange.later(promise) : dress.apply(Replies.BUSY);
    }

    private Exchange answer(RequestHead request, UnaryOperator<Response> dress,
            Callable<Exchange> job) {
        try {
            return job.call();
        } catch (HttpException e) {
            return dress.apply(e.response());
        } catch (IOException e) {
            return dress.apply(uploads.failed(request, e));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // jobs throw no others
        }
    }
}
