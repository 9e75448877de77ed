package io.millrace.server;

import io.millrace.http.ExchangeStub;
import java.nio.ByteBuffer;

/** Notes on which thread it is called, and by which one its body is written. */
final class ThreadStub extends ExchangeStub {

    @Override
    protected void note(String call) {
        super.note(call + " " + Thread.currentThread().getName());
    }

    @Override
    protected int write(ByteBuffer source) {
        note("write");
        return super.write(source);
    }

    @Override
    public void onProgress(long receivedBytes) {
        // The writes are noted.
    }
}
