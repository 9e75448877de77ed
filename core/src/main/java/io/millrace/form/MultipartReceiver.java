package io.millrace.form;

import io.millrace.http.Abandonment;
import io.millrace.http.Response;
import org.jspecify.annotations.Nullable;

/**
 * Receives the form of a request from a {@link MultipartExchange}: its parts, and then exactly one
 * of {@link #complete} and {@link #abandon}.
 *
 * <p>Threads: the worker that owns the connection.
 *
 * @since 0.1
 */
public interface MultipartReceiver extends MultipartListener {

    /**
     * Returns the response to a form that has arrived whole.
     *
     * @throws Exception handled as {@link io.millrace.http.Exchange#complete}'s; {@link #abandon}
     *     does not follow
     */
    Response complete() throws Exception;

    /**
     * Cleans up because the form is incomplete or malformed, or a method of this receiver threw. A
     * part that has begun and not ended is incomplete.
     *
     * @param why {@link Abandonment#MALFORMED} also for a form that is malformed, and {@link
     *     Abandonment#TOO_LARGE} for one that exceeds a limit
     * @param cause the details
     * @return the response to send; null to send the refusal that {@code cause} is, or to let the
     *     server choose
     */
    @Nullable Response abandon(Abandonment why, Throwable cause);
}
