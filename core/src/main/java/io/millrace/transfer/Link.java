package io.millrace.transfer;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/**
 * Both directions of one connection's bytes, with what stands between them and the socket, and what
 * a visit may move of them.
 *
 * <p>Threads: the owning worker only.
 */
public final class Link {

    public final InputBuffer in;
    public final OutputBuffer out;
    public final Layer layer;
    public final VisitBudget budget;
    /** Borrowed from the head of a request, or its refusal, to {@link #endResponse}; else null. */
    private ResponseSender sender;
    /** What the budget has told at the end of the last visit, like the next. */
    private boolean isLongTransfer;
    private boolean waitsForTurn;
    /**
     * The worker during a visit; null between two. Any thread may compare it with itself: what it
     * finds is true for itself, and only for itself.
     */
    private Thread visitor;

    /**
     * @param socket the socket, or what plays it; also if there is a layer
     * @param layer {@link Layer#NONE} for none
     * @param budget of each visit, the worker's
     */
    public Link(ByteChannel socket, Layer layer, TransferResources resources, VisitBudget budget) {
        this.layer = layer;
        this.budget = budget;
        ByteChannel bytes = layer == Layer.NONE ? socket : layer;
        in = new InputBuffer(bytes, resources);
        out = new OutputBuffer(bytes, layer, resources);
    }

    /** @param isShort whether others wait already, so that the visit has to be a short one */
    public void beginVisit(boolean isShort) {
        visitor = Thread.currentThread();
        budget.begin(isShort, isLongTransfer);
        layer.beginVisit();
        in.beginVisit();
        out.beginVisit();
    }

    /** Sends what is left, unless the socket has refused it in this visit; whether all is sent. */
    public boolean endVisit() throws IOException {
        in.endVisit();
        boolean isSent = !out.hasUnsent() && out.flush();
        layer.endVisit();
        isLongTransfer = budget.isLongTransfer();
        waitsForTurn = budget.waitsForTurn();
        visitor = null;
        return isSent;
    }

    /** As {@link VisitBudget#waitsForTurn} at the end of the last visit. */
    public boolean waitsForTurn() {
        return waitsForTurn;
    }

    /** Whether the calling thread is visiting the connection. Threads: any. */
    public boolean isVisited() {
        return visitor == Thread.currentThread();
    }

    /** What the system may move bodies from by itself; else what they are read from. */
    public ByteChannel bodies() {
        ByteChannel direct = layer.direct(in.socket());
        return direct != null ? direct : in.socket();
    }

    /** What sends the responses to a request, until {@link #endResponse}. */
    public ResponseSender sender() {
        if (sender == null) {
            sender = out.resources.borrowSender(out);
        }
        return sender;
    }

    /** The response has been sent, or is not going to be, and nobody asks for it any more. */
    public void endResponse() {
        if (sender != null) {
            out.resources.giveBack(sender);
            sender = null;
        }
    }

    /** As {@link ResponseSender#isEndedByClose}. */
    public boolean isEndedByClose() {
        return sender != null && sender.isEndedByClose();
    }

    /**
     * Bytes that were moved in either direction. What the layer still holds has not moved: a slow
     * reader may take minutes for that alone.
     */
    public long progress() {
        return out.sent() - layer.unsentBytes() + in.bodyBytes();
    }

    /** Bytes of memory that are kept between two visits. */
    public long keptBytes() {
        return in.keptBytes() + out.keptBytes() + layer.keptBytes();
    }

    /** Gives back what is kept: the connection has ended. */
    public void discard() {
        visitor = null;
        in.discard();
        out.discard();
    }
}
