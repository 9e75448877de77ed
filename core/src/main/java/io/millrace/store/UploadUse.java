package io.millrace.store;

import io.millrace.http.HttpException;

/**
 * Sees to it that an upload that outlives its requests has one use at a time, and that its folder
 * is this process's as long as there is one.
 *
 * <p>Threads: any.
 */
final class UploadUse {

    private enum Use {
        /** None. */
        FREE,
        /** A request writes more bytes. */
        OPEN,
        /** It is being copied, completed or removed. */
        BUSY,
        /** It has been removed. Once so this is always so. */
        GONE
    }

    private final StoreState state;
    /** Guarded by this. */
    private Use use = Use.FREE;

    UploadUse(StoreState state) {
        this.state = state;
    }

    /** Begins to write bytes; {@link #leave} has to follow. */
    void open() throws HttpException {
        enter(Use.OPEN);
    }

    /** Begins anything else; {@link #leave} has to follow. */
    void begin() throws HttpException {
        enter(Use.BUSY);
    }

    private void enter(Use next) throws HttpException {
        synchronized (this) {
            checkThere();
            if (use != Use.FREE) {
                throw inUse();
            }
            use = next;
        }
        boolean begun = false;
        try {
            beginBeside();
            begun = true;
        } finally {
            if (!begun) {
                become(Use.FREE);
            }
        }
    }

    /** Begins a change that may be made beside any use; {@link #endBeside} has to follow. */
    void beginBeside() throws HttpException {
        if (state.uploads().isClosed()) {
            throw new HttpException(Responses.CLOSED);
        }
        if (!state.changes().begin()) {
            throw new HttpException(Responses.HANDED_OVER);
        }
    }

    void endBeside() {
        state.changes().end();
    }

    /** Ends a use. */
    void leave() {
        become(Use.FREE);
        endBeside();
    }

    /** What is in use is gone from here on; {@link #endBeside} has to follow. */
    void gone() {
        become(Use.GONE);
    }

    private synchronized void become(Use next) {
        use = next;
    }

    /** Whether a request writes bytes. */
    synchronized boolean isOpen() {
        return use == Use.OPEN;
    }

    /** Whether nothing uses it. */
    synchronized boolean isFree() {
        return use == Use.FREE;
    }

    /** Whether it has been removed. */
    synchronized boolean isGone() {
        return use == Use.GONE;
    }

    /** Throws 404 if it has been removed. */
    synchronized void checkThere() throws HttpException {
        if (use == Use.GONE) {
            throw new HttpException(Responses.NO_UPLOAD);
        }
    }

    /** Throws unless its bytes are there, and may grow but not change. */
    synchronized void checkReadable() throws HttpException {
        checkThere();
        if (use == Use.BUSY) {
            throw inUse();
        }
    }

    private static IllegalStateException inUse() {
        return new IllegalStateException("the upload is in use");
    }
}
