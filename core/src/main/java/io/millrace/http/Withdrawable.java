package io.millrace.http;

/**
 * A promised outcome that can be taken back as long as nothing has been done for it. A stage given
 * to {@link Response#later} or {@link Exchange#later} may implement this, so that a request is
 * never refused that is carried out after all. The server asks the stage that it is given. One that
 * is derived from it, by {@code thenApply} for example, has to be withdrawable itself: a {@link
 * java.util.concurrent.CompletableFuture} sees to that by its {@code newIncompleteFuture}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public interface Withdrawable {

    /**
     * Called at most once, when the server has waited for too long ({@code answerTimeout}).
     *
     * @return true if nothing has been done and nothing will be: the request gets 503; false if it
     *     is being carried out: its connection is closed without a response, as the outcome is not
     *     known
     */
    boolean withdraw();
}
