package io.millrace.route;

import io.millrace.http.Withdrawable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a filter makes of a stage that can be taken back, which can be taken back like it.
 *
 * <p>Threads: any.
 */
final class DerivedStage<T> extends CompletableFuture<T> implements Withdrawable {

    private final Withdrawable source;

    private DerivedStage(Withdrawable source) {
        this.source = source;
    }

    /**
     * The derived stage, as {@link Withdrawable} as the one that it is derived from.
     *
     * @param derived completes with the source, without other work in between
     */
    static <T> CompletionStage<T> of(CompletionStage<?> source, CompletionStage<T> derived) {
        if (!(source instanceof Withdrawable withdrawable)) {
            return derived;
        }
        DerivedStage<T> stage = new DerivedStage<>(withdrawable);
        derived.whenComplete((outcome, failure) -> {
            if (failure != null) {
                stage.completeExceptionally(failure);
            } else {
                stage.complete(outcome);
            }
        });
        return stage;
    }

    @Override
    public boolean withdraw() {
        return source.withdraw();
    }
}
