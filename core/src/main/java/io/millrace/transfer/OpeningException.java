package io.millrace.transfer;

import io.millrace.http.HttpException;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** What comes before the first request is not what it has to be, so that no request will come. */
public final class OpeningException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * What to respond, through the layer, as the connection's only response; null if the peer has
     * been told already, or would understand nothing.
     */
    public final transient HttpException refusal;

    /** How the server logs it: at WARNING what is not the client's fault. */
    public final transient Level level;

    /** @param refusal null for none */
    public OpeningException(String message, HttpException refusal, Throwable cause) {
        this(Level.INFO, message, refusal, cause);
    }

    /** @param refusal null for none */
    public OpeningException(Level level, String message, HttpException refusal, Throwable cause) {
        super(message, cause);
        this.level = level;
        this.refusal = refusal;
    }
}
