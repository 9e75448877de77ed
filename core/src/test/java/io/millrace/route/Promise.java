package io.millrace.route;

import io.millrace.http.Withdrawable;
import java.util.concurrent.CompletableFuture;

/** A stage that the server asks before it gives up, and that says what it is told to say. */
class Promise<T> extends CompletableFuture<T> implements Withdrawable {

    private final boolean isWithdrawn;
    int withdrawals;

    Promise(boolean isWithdrawn) {
        this.isWithdrawn = isWithdrawn;
    }

    @Override
    public boolean withdraw() {
        withdrawals++;
        return isWithdrawn;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Promise<>(isWithdrawn) {

            @Override
            public boolean withdraw() {
                return Promise.this.withdraw();
            }
        };
    }
}
