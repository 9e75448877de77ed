package io.millrace.transfer;

import io.millrace.http.HttpException;
import java.io.IOException;

/** What comes before the first request is not what it has to be, so that no request will come. */
public final class OpeningException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * What to respond, through the layer, as the connection's only response; null if the peer has
     * been told already, or would understand nothing.
     */
    public final transient HttpException refusal;

    /** @param refusal null for none */
    public OpeningException(String message, HttpException refusal, Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
    }
}
