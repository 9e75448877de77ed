package io.millrace.server;

import io.millrace.http.Body;
import java.nio.ByteBuffer;

/**
 * A body that has no bytes, and never will.
 *
 * <p>Threads: any.
 */
final class SilentBody implements Body {

    @Override
    public long length() {
        return UNKNOWN_LENGTH;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        return 0;
    }

    @Override
    public void whenReadable(Runnable callback) {
        // It never is.
    }
}
