package io.millrace.testkit;

import io.millrace.http.Attribute;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A request that is being handled: what the handler asks of its server happens here.
 *
 * <p>Threads: any; the client's end is told by the client's.
 */
final class LiveRequest implements RequestHead {

    private final TestRequest request;
    private final Wakeups wakeups;
    private final List<Response> informed = new ArrayList<>();
    private int informedBytes;
    private List<Runnable> whenHalfClosed = new ArrayList<>();
    private List<Runnable> whenGone = new ArrayList<>();
    private boolean isHalfClosed;
    private boolean isGone;
    private boolean isBodyStopped;
    private boolean hasBegunToRespond;
    private boolean hasEnded;

    LiveRequest(TestRequest request, Wakeups wakeups) {
        this.request = request.copy(); // with attributes of its own
        this.wakeups = wakeups;
    }

    TestRequest request() {
        return request;
    }

    // What the handler asks for.

    @Override
    public void whenGone(Runnable action) {
        Objects.requireNonNull(action);
        synchronized (this) {
            valid();
            if (!isGone) {
                whenGone.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void whenHalfClosed(Runnable action) {
        Objects.requireNonNull(action);
        synchronized (this) {
            valid();
            if (!isHalfClosed) {
                whenHalfClosed.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void inform(Response response) {
        check(response);
        int bytes = HeadSize.ofInterim(response);
        synchronized (this) {
            valid();
            if (!hasBegunToRespond && !isGone && request.isHttp11()
                    && informedBytes + bytes <= HeadSize.MOST_BYTES) {
                informed.add(response);
                informedBytes += bytes;
            }
        }
    }

    private static void check(Response response) {
        if (response.stage() != null || !response.status().isInformational()) {
            throw new IllegalArgumentException("not an informational response: " + response);
        }
        Body body = response.body();
        if (body.length() != 0 || response.trailers() != null) {
            throw new IllegalArgumentException(
                    "an informational response has no body and no trailers: " + response);
        }
        if (response.closes() || response.headers().contains("Upgrade")) {
            throw new IllegalArgumentException(
                    "Connection and Upgrade belong into the final response: " + response);
        }
        if (HeadSize.ofInterim(response) > HeadSize.MOST_BYTES) {
            throw new IllegalArgumentException("the informational response exceeds "
                    + HeadSize.MOST_BYTES + " bytes");
        }
    }

    @Override
    public void stopBody() {
        synchronized (this) {
            valid();
            isBodyStopped = true;
        }
        wakeups.wake();
    }

    @Override
    public void applicationTimeout(Duration limit) {
        synchronized (this) {
            valid().applicationTimeout(limit); // checks it
        }
        wakeups.limit(limit);
    }

    // What the client does.

    /** Runs what waits for a client that sends no more. */
    void halfClose() {
        List<Runnable> actions;
        synchronized (this) {
            isHalfClosed = true;
            actions = whenHalfClosed;
            whenHalfClosed = new ArrayList<>();
        }
        run(actions);
    }

    /** Runs what waits for a client that can't get the response any more. */
    void leave() {
        halfClose();
        List<Runnable> actions;
        synchronized (this) {
            isGone = true;
            actions = whenGone;
            whenGone = new ArrayList<>();
        }
        run(actions);
    }

    private static void run(List<Runnable> actions) {
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "what RequestHead.whenGone or whenHalfClosed was given threw " + e, e);
            }
        }
    }

    synchronized boolean isBodyStopped() {
        return isBodyStopped;
    }

    synchronized boolean isGone() {
        return isGone;
    }

    synchronized void beginToRespond() {
        hasBegunToRespond = true;
    }

    synchronized List<Response> informed() {
        return List.copyOf(informed);
    }

    /** The exchange has ended with its own response: its server reuses the head from here on. */
    synchronized void end() {
        hasEnded = true;
    }

    private synchronized RequestHead valid() {
        if (hasEnded) {
            throw new IllegalStateException("the request head of \"" + request
                    + "\" is used after its exchange has ended; a server has reused it by then");
        }
        return request;
    }

    // The head.

    @Override
    public String method() {
        return valid().method();
    }

    @Override
    public String target() {
        return valid().target();
    }

    @Override
    public String path() {
        return valid().path();
    }

    @Override
    public String query() {
        return valid().query();
    }

    @Override
    public String authority() {
        return valid().authority();
    }

    @Override
    public boolean isHttp11() {
        return valid().isHttp11();
    }

    @Override
    public Headers headers() {
        return valid().headers();
    }

    @Override
    public long bodyLength() {
        return valid().bodyLength();
    }

    @Override
    public synchronized <T> T attribute(Attribute<T> attribute) {
        return valid().attribute(attribute);
    }

    @Override
    public synchronized <T> void attribute(Attribute<T> attribute, T value) {
        valid().attribute(attribute, value);
    }

    @Override
    public ConnectionInfo connection() {
        return request.connection(); // stays valid
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
