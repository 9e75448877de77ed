package io.millrace.app.load;

import io.millrace.app.load.wire.RequestBody;
import java.nio.ByteBuffer;

/**
 * Makes a client's requests of their numbers: head, body, and what should come back.
 *
 * <p>Threads: its client's.
 */
final class RequestMaker {

    private final LoadPlan plan;
    private final int client;
    private final BodyPattern pattern;
    private final OutgoingBody body;
    private final BodyCheck check;

    private int kindIndex;
    private RequestKind kind;
    private String target = "";
    private ByteBuffer head;

    /** A maker for the client of this number. */
    RequestMaker(LoadPlan plan, int client, BodyPattern pattern) {
        this.plan = plan;
        this.client = client;
        this.pattern = pattern;
        body = new OutgoingBody(pattern);
        check = new BodyCheck(pattern);
    }

    /** Makes the request of this number. */
    void next(long request) {
        boolean same = kind != null && plan.mix().isUniform();
        if (!same) {
            kindIndex = plan.mix().kind(request);
            kind = plan.mix().kinds().get(kindIndex);
            target = kind.target(plan.mix().key(kind, client, request));
        }
        int offset = pattern.offset(target);
        boolean compared = plan.verify() && kind.method() == Method.GET;
        long bytes = kind.size() == null ? BodyCheck.ANY_LENGTH
                : kind.size().of(Scramble.of(~plan.mix().seed(), target));
        body.next(offset, kind.method().hasBody() ? bytes : 0);
        if (compared) {
            check.next(offset, bytes);
        } else {
            check.skip();
        }
        if (same) {
            head.rewind();
        } else {
            write(plan.head(kind, target, body.bytes()));
        }
    }

    private void write(byte[] bytes) {
        if (head == null || head.capacity() < bytes.length) {
            // Room for numbers with more digits.
            head = ByteBuffer.allocateDirect(bytes.length + 64);
        }
        head.clear().put(bytes).flip();
    }

    RequestKind kind() {
        return kind;
    }

    int kindIndex() {
        return kindIndex;
    }

    /** The request target. */
    String target() {
        return target;
    }

    ByteBuffer head() {
        return head;
    }

    RequestBody body() {
        return body;
    }

    /** Sees the response's body. */
    BodyCheck check() {
        return check;
    }
}
