package io.millrace.server;

import io.millrace.codec.HostRules;
import io.millrace.codec.Limits;
import io.millrace.codec.Networks;
import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.codec.ResponseEncoder;
import io.millrace.codec.TrustedProxies;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.layer.SideThread;
import io.millrace.layer.TlsBuffers;
import io.millrace.log.LogThrottle;
import io.millrace.log.StallWatch;
import io.millrace.net.FileTransfer;
import io.millrace.net.FileTransfers;
import io.millrace.net.MachineName;
import io.millrace.transfer.Counters;
import io.millrace.transfer.OpeningException;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.TransferResources;
import io.millrace.transfer.VisitBudget;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Function;

/**
 * What the connections of one worker share: besides what moves their bytes, the options, the
 * handler, the way back from the application's threads, and parsers.
 *
 * <p>Threads: the owning worker only, except {@link #completions}.
 */
final class Resources extends TransferResources {

    /** What the worker calls, for the watch that looks at it. */
    final StallWatch.Loop loop = new StallWatch.Loop();
    final ServerOptions options;
    final Handler handler;
    final Completions completions;
    final HostRules hosts;
    final VisitBudget budget;
    /** Null if there are none. */
    private final TrustedProxies proxies;

    /** More parsers would only serve as many connections that wait in a request at once. */
    private static final int MOST_PARSERS = 128;
    /**
     * A head of 4,096 bytes with 64 fields. A parser that has grown beyond it is left to the
     * collector: few heads are larger, and to shrink it would take memory.
     */
    private static final int MOST_POOLED_BYTES = 5 << 10;

    /** Parsers that no connection holds. */
    private final ArrayDeque<RequestParser> parsers = new ArrayDeque<>();

    /** What fails for many requests at once is logged once a second, each kind by itself. */
    final LogThrottle bodyFailures = new LogThrottle();
    final LogThrottle stalledBodies = new LogThrottle();
    final LogThrottle handlerFailures = new LogThrottle();
    final LogThrottle lateApplications = new LogThrottle();
    final LogThrottle misdirected = new LogThrottle();
    private final LogThrottle refusalFailures = new LogThrottle();
    private final LogThrottle misnamed = new LogThrottle();
    final LogThrottle openings = new LogThrottle();

    /** Null before the worker's first TLS connection. */
    private TlsBuffers tlsBuffers;
    /** Null before the first handshake. */
    private SideThread sideThread;

    /** Whether the visits of this turn have taken so long that the others in it are short ones. */
    boolean isTurnLong;

    /** Once true this is always true: responses are the last on their connection. */
    boolean isDraining;

    Resources(ServerOptions options, Handler handler, Counters counters, Completions completions) {
        this(options, handler, counters, completions, FileTransfers::fastest);
    }

    /** @param transfers how bodies get into files, with the buffer that it may use */
    Resources(ServerOptions options, Handler handler, Counters counters, Completions completions,
            Function<ByteBuffer, FileTransfer> transfers) {
        super(new Limits(options.maxHeadBytes(), options.maxTargetBytes(), options.maxFields(),
                options.maxBodyBytes(), options.maxChunkLineBytes()), options.pieceBytes(),
                new ResponseEncoder((int) Math.min(options.idleTimeout().toSeconds(),
                        Integer.MAX_VALUE)),
                counters, transfers);
        this.options = options;
        this.handler = handler;
        this.completions = completions;
        hosts = hosts(options);
        budget = new VisitBudget(options.bytesPerVisit(), options.timePerVisit().toNanos());
        proxies = options.trustedProxies().isEmpty() ? null
                : new TrustedProxies(Networks.of(options.trustedProxies()));
    }

    private static HostRules hosts(ServerOptions options) {
        if (!options.hosts().isEmpty()) {
            return HostRules.forNames(options.hosts());
        }
        return Endpoint.areOnLoopbackOnly(options.addresses())
                ? HostRules.forThisMachine(MachineName::read) : HostRules.forEvery();
    }

    /** Why a request is refused before its handler sees it; null if it isn't. */
    HttpException refuse(ParsedHead head) {
        if (!hosts.allow(head)) {
            misdirected.log(Connection.class, Level.WARNING, "request for the host "
                    + Refusals.shortened(head.host()) + " refused with 421: it is not in --host "
                    + "(ServerOptions.hosts)", null, nowNs);
            return Refusals.misdirected(head.host());
        }
        return head.framing().bodyLength() > options.maxBodyBytes()
                ? Refusals.bodyTooLarge(options.maxBodyBytes()) : null;
    }

    /** The response of a refusal that is the server's own, which is counted. */
    Response refusal(HttpException why) {
        counters.refused(why.status().code(), 1);
        return inForm(why);
    }

    /** The response of a refusal by the application; it is logged if a failure caused it. */
    Response refusal(HttpException why, ParsedHead head) {
        if (why.getCause() != null && why.status().code() >= 500) {
            log(handlerFailures, "the handler failed: ", head, why.getCause());
        }
        return inForm(why);
    }

    private Response inForm(HttpException why) {
        if (options.refusalBody() == null || why.hasResponse()) {
            return why.response();
        }
        try {
            Response dressed = Refusals.dressed(why, options.refusalBody());
            long bytes = encoder.maxBytes(dressed) + dressed.body().length();
            if (bytes > ResponseSender.MAX_HEAD_BYTES) {
                throw new IllegalStateException("a refusal must have at most "
                        + ResponseSender.MAX_HEAD_BYTES + " bytes: " + bytes);
            }
            return dressed;
        } catch (Throwable e) {
            refusalFailures.log(Connection.class, Level.WARNING,
                    "RefusalBody failed, the refusal is sent as text", e, nowNs);
            return why.response();
        }
    }

    /**
     * The connection of this request: of the client that a trusted proxy names, if there is one.
     *
     * @throws HttpException if the proxy names none that can be understood
     */
    ConnectionInfo connection(ParsedHead head, ConnectionInfo connection) throws HttpException {
        if (proxies == null) {
            return connection;
        }
        try {
            return proxies.resolve(head, connection);
        } catch (HttpException e) {
            misnamed.log(Connection.class, Level.WARNING, "request of the trusted proxy "
                    + connection.peerText() + " refused with 400: " + e.getMessage(), null, nowNs);
            throw e;
        }
    }

    /** As {@link Connection}: an operator knows one logger for what happens on connections. */
    void log(LogThrottle kind, String what, ParsedHead head, Throwable failure) {
        kind.log(Connection.class, Level.WARNING, what + head, failure, nowNs);
    }

    TlsBuffers tlsBuffers() {
        if (tlsBuffers == null) {
            tlsBuffers = new TlsBuffers(
                    inBytes(options.pieceBytes(), options.maxHeadBytes()), OUT_BYTES);
        }
        return tlsBuffers;
    }

    /** Does what takes long on another thread, and has the connection visited then. */
    void runAside(Runnable task, Connection connection) {
        if (task == null) {
            return; // it is being run
        }
        if (sideThread == null) {
            sideThread = new SideThread(Thread.currentThread().getName() + "-tls");
        }
        Completions.Completion done = new Completions.Completion(connection);
        sideThread.run(() -> {
            try {
                task.run();
            } finally {
                completions.add(done);
            }
        });
    }

    @Override
    public void close() {
        super.close();
        if (sideThread != null) {
            sideThread.close();
        }
    }

    void logOpening(ConnectionInfo connection, OpeningException why) {
        openings.log(Connection.class, why.level, "connection of " + connection.peerText()
                + " ended before its first request: " + why.getMessage(), null, nowNs);
    }

    /** A client that speaks TLS where the server doesn't; its user sees a riddle. */
    void logTls(ConnectionInfo connection) {
        openings.log(Connection.class, Level.WARNING, "client " + connection.peerText()
                + " began with TLS on an address without it; its request gets 400", null, nowNs);
    }

    RequestParser borrowParser() {
        RequestParser parser = parsers.pollFirst();
        return parser != null ? parser : new RequestParser(limits);
    }

    void giveBack(RequestParser parser) {
        if (parsers.size() < MOST_PARSERS && parser.heldBytes() <= MOST_POOLED_BYTES) {
            parser.reset();
            parsers.addFirst(parser);
        }
    }
}
