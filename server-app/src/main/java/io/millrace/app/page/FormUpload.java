package io.millrace.app.page;

import io.millrace.form.FormLimits;
import io.millrace.form.MultipartExchange;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;

/**
 * The upload of one file by the page's form, for browsers without the script: the file becomes a
 * PUT of the inner handler, with the same rights, conditions and promises.
 *
 * <p>Threads: any.
 */
final class FormUpload implements Handler { // decision 283

    private static final FormLimits LIMITS = FormLimits.defaults().withMaxParts(10);

    private final FormAnswers answers;
    private final Handler inner;

    FormUpload(Page page, Handler inner) {
        this.answers = new FormAnswers(page);
        this.inner = inner;
    }

    @Override
    public Exchange handle(RequestHead request) {
        if (SameOrigin.isBroken(request)) {
            return answers.refusal(request.path(), Status.FORBIDDEN,
                    "The form was sent by a page of another site. Open this folder, and upload the "
                            + "file from there.");
        }
        try {
            return MultipartExchange.of(request, LIMITS,
                    new FormReceiver(request, inner, answers));
        } catch (HttpException e) {
            return answers.of(request.path(), e.response());
        }
    }
}
