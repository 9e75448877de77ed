package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A length without bytes, for responses to HEAD. Threads: any, immutable.
 *
 * @param length of the body that a GET would have, in bytes
 */
record AbsentBody(long length) implements Body {

    AbsentBody {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        throw new IOException("Body.absent has no bytes: it is for responses to HEAD only");
    }
}
