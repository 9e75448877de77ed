package io.millrace.metrics;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Responds to GET with metrics in the text format of Prometheus, whatever the path:
 *
 * <pre>{@code
 * Handler metrics = MetricsHandler.of(MetricsSource.of(server), MetricsSource.ofJvm());
 * HttpServer.start(ServerOptions.builder().port(9180).workers(1).build(),
 *         Routes.builder().get("/metrics", metrics).build());
 * }</pre>
 *
 * <p>A source that asks a file system may block: {@link Handler#blocking run it on
 * other threads}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class MetricsHandler implements Handler {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final List<MetricsSource> sources;
    /** Held while sources are asked. No monitor, which would hold a virtual thread's carrier. */
    private final Lock asking = new ReentrantLock();

    private MetricsHandler(List<MetricsSource> sources) {
        this.sources = sources;
    }

    /** A handler that writes the metrics of these sources, in this order. */
    public static MetricsHandler of(MetricsSource... sources) {
        return new MetricsHandler(List.of(sources));
    }

    @Override
    public Exchange handle(RequestHead request) {
        if (!GetOnly.allows(request)) {
            return GetOnly.REFUSAL;
        }
        MetricsWriter out = new MetricsWriter();
        asking.lock();
        try {
            for (MetricsSource source : sources) {
                source.write(out);
            }
        } finally {
            asking.unlock();
        }
        return Response.of(Status.OK).with("Content-Type", TYPE).with("Cache-Control", "no-store")
                .with(Body.of(out.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
