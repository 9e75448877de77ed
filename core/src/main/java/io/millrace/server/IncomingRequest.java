package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.transfer.BodySource;
import io.millrace.transfer.InputBuffer;
import io.millrace.transfer.ResponseSender;
import java.nio.channels.ReadableByteChannel;

/**
 * A request as it comes in, from its first byte: the head, with the parser that is borrowed to read
 * it, and then the source of the body.
 *
 * <p>Threads: the owning worker only.
 */
final class IncomingRequest {

    /** RFC 8446 section 5.1: the first byte of a client that begins with TLS. */
    private static final byte TLS_HANDSHAKE = 22;

    private final Resources resources;
    /** Null if nothing observes the connection. */
    private final ConnectionObserver observer;
    /** Borrowed until {@link #close}: the head is in it. */
    private final RequestParser parser;
    /** Null until it is whole. */
    private ParsedHead head;
    /** Null until the head is whole, and if there is no body. */
    private BodySource source;
    /**
     * Once true this is always true: a thread of the application may still read the head, however
     * the exchange ends, so that its parser can't be used for another.
     */
    private boolean isHeadShared;
    /** Once true this is always true: the client has been asked to send the body. */
    private boolean isContinueSent;
    /** When the head was whole, by the clock of that turn. */
    private long headNs;

    /** @param observer null if nothing observes the connection */
    IncomingRequest(Resources resources, ConnectionObserver observer) {
        this.resources = resources;
        this.observer = observer;
        parser = resources.borrowParser();
        begins();
    }

    private void begins() {
        if (observer != null) {
            observer.begins();
        }
    }

    /**
     * Reads on in the head; whether it is whole now.
     *
     * @param socket where the body comes from
     * @param connection what is known of the connection without the head
     */
    boolean readHead(InputBuffer in, ReadableByteChannel socket, ConnectionInfo connection)
            throws HttpException {
        assert head == null;
        if (!parser.isInHead()) {
            begins(); // an empty line before this was not of the head
            if (in.bytes().get(in.bytes().position()) == TLS_HANDSHAKE) {
                resources.logTls(connection);
            }
        }
        head = parser.parse(in.bytes());
        if (head == null) {
            return false;
        }
        headNs = resources.nowNs;
        head.connection(resources.connection(head, connection));
        if (head.bodyLength() != 0) {
            source = new BodySource(socket, resources, head.framing());
        }
        return true;
    }

    /** Whether the head has begun and is not whole. */
    boolean isInHead() {
        return head == null && parser.isInHead();
    }

    /** Whether the method is HEAD, as far as it is known. */
    boolean isOfHeadRequest() {
        return parser.isOfHeadRequest();
    }

    /** The first line of what has come, whatever it is. */
    String firstLine() {
        return parser.firstLine();
    }

    ParsedHead head() {
        return head;
    }

    /** What the body is read from; null if there is no body. */
    BodySource source() {
        return source;
    }

    boolean isBodyUnread() {
        return source != null && !source.isEnded();
    }

    /** Asks for the body if the client waits to be asked. RFC 9110 s10.1.1 */
    void askForBody(InputBuffer in, ResponseSender sender) {
        if (head.framing().expectsContinue() && !in.hasBytes()) {
            sender.sendContinue();
            isContinueSent = true;
        }
    }

    /**
     * Whether what is unread of the body can be dropped, to keep the connection: it is short, and
     * the client can't decide any more not to send it.
     */
    private boolean isBodySkippable(InputBuffer in) {
        boolean coming = !head.framing().expectsContinue() || isContinueSent;
        return coming && !in.isEnded()
                && source.knownRemaining() <= resources.options.maxSkipBytes();
    }

    /**
     * Whether no other request can follow on the connection, whatever the response says.
     *
     * @param length of the response's body, or {@link Body#UNKNOWN_LENGTH}
     */
    boolean isLast(InputBuffer in, long length) {
        return isLastOnceRead(length) || isBodyUnread() && !isBodySkippable(in);
    }

    /** As {@link #isLast}, if its body is going to be read. */
    boolean isLastOnceRead(long length) {
        return !head.framing().keepAlive() || resources.isDraining
                || !head.isHttp11() && length == Body.UNKNOWN_LENGTH;
    }

    /** Counts the request, whose response is whole. */
    void count(Status status) {
        resources.counters.responded(head.methodIndex(), status.code(), 1);
        resources.counters.time(headNs, resources.nowNs);
    }

    /** Bytes of memory that the head holds. */
    long heldBytes() {
        return parser.heldBytes();
    }

    /** From now on a thread of the application may read the head beyond the exchange's end. */
    void shareHead() {
        isHeadShared = true;
    }

    /** Ends what has not become a request, with its connection. As {@link #close} else. */
    void cut(long number, Abandonment why, Throwable cause) {
        try {
            if (observer != null && isInHead()) {
                observer.cutInHead(firstLine(), number, why, cause);
            }
        } finally {
            close();
        }
    }

    /** Gives back what was borrowed. Nothing is called after this. */
    void close() {
        if (source != null) {
            source.close();
        }
        if (!isHeadShared) {
            resources.giveBack(parser);
        }
    }
}
