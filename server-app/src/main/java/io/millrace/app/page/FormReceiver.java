package io.millrace.app.page;

import io.millrace.form.FormPart;
import io.millrace.form.MultipartReceiver;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * One form: its file goes into the sink of a PUT as it comes. Nothing of it is kept here, and
 * nothing is stored before the form is whole.
 *
 * <p>Threads: the worker that owns the connection.
 */
final class FormReceiver implements MultipartReceiver {

    private static final String REPLACE = "replace";

    private final RequestHead form;
    private final Handler inner;
    private final FormAnswers answers;

    /** Whether the box was ticked. It stands before the file in the form, and so in its body. */
    private boolean replaces;
    /** The PUT; null before the file has begun. */
    private Exchange put;
    /** Null if no file is being received. */
    private WritableByteChannel sink;
    private long received;
    /** Why the file is not taken; null as long as it is. */
    private Response refusal;

    FormReceiver(RequestHead form, Handler inner, FormAnswers answers) {
        this.form = form;
        this.inner = inner;
        this.answers = answers;
    }

    @Override
    public void onPart(FormPart part) throws Exception {
        if (part.fileName() == null) {
            replaces |= part.name().equals(REPLACE);
        } else if (put != null) {
            throw new HttpException(Status.BAD_REQUEST,
                    "the form has more than one file: upload one at a time");
        } else if (part.isFile()) {
            begin(part);
        }
    }

    private void begin(FormPart part) throws Exception {
        Exchange exchange;
        try {
            exchange = inner.handle(new FormPut(form, part, replaces));
        } catch (HttpException e) {
            throw refuse(e.response());
        }
        if (exchange.stage() != null) {
            throw refuse(Response.later(exchange.stage().thenApply(FormReceiver::late)));
        }
        if (exchange instanceof Response response) {
            throw refuse(response);
        }
        try {
            sink = exchange.sink();
        } catch (HttpException e) {
            throw refuse(e.response());
        }
        if (sink == null) {
            throw refuse(exchange.complete());
        }
        put = exchange; // only now: an exchange whose sink throws has ended
    }

    /** The body is here now, and can't wait for a PUT that may go on later. */
    private static Response late(Exchange decided) { // decision 285
        if (decided instanceof Response response) {
            return response;
        }
        Response own = decided.abandon(Abandonment.APPLICATION_TOO_SLOW, null);
        if (own != null) {
            own.discard();
        }
        return Response.text("another process takes over the store: try again in a few seconds\n")
                .with(Status.SERVICE_UNAVAILABLE).with("Retry-After", "5");
    }

    private IOException refuse(Response response) {
        refusal = response;
        return new IOException("the file is refused");
    }

    @Override
    public void onBytes(ByteBuffer bytes) throws Exception {
        if (sink == null) {
            return; // of a field, or of a file without a name
        }
        received += bytes.remaining();
        while (bytes.hasRemaining()) {
            sink.write(bytes);
        }
        put.onProgress(received);
    }

    @Override
    public void onPartEnd() {
        sink = null; // the exchange closes it
    }

    @Override
    public Response complete() throws Exception {
        if (put == null) {
            return answers.refusal(form.path(), Status.BAD_REQUEST,
                    "No file was chosen. Go back and choose one.");
        }
        try {
            return answers.of(form.path(), put.complete());
        } catch (HttpException e) {
            return answers.of(form.path(), e.response());
        }
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        Response response = refusal;
        if (put != null) {
            response = put.abandon(why, cause);
        }
        if (response == null && cause instanceof HttpException e) {
            response = e.response();
        }
        return response == null ? null : answers.of(form.path(), response);
    }
}
