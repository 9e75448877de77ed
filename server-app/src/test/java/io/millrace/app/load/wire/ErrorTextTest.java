package io.millrace.app.load.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words in which a failed request is reported: one cause for each kind of failure. */
class ErrorTextTest {

    @ParameterizedTest
    @CsvSource({"Connection refused, connection refused", "Connection reset, connection reset",
        "Connection reset by peer, connection reset",
        "Broken pipe, connection closed while sending", "Connection timed out, timed out",
        "Cannot assign requested address, no free local port",
        "Network is unreachable, network is unreachable"})
    void wordsOfTheSystemAreThoseOfOneCause(String message, String cause) {
        assertEquals(cause, ErrorText.of(new SocketException(message)));
    }

    @Test
    void kindOfAnExceptionIsItsCause() {
        assertEquals("the server said nothing", ErrorText.of(
                new EOFException("the server said nothing")));
        assertEquals("timed out", ErrorText.of(new SocketTimeoutException("Read timed out")));
        assertEquals("no route to host", ErrorText.of(new NoRouteToHostException("No route")));
        assertEquals("connection closed", ErrorText.of(new AsynchronousCloseException()));
        assertEquals("connection refused", ErrorText.of(new ConnectException("Refused")));
        assertEquals("IOException", ErrorText.of(new IOException()));
    }

    @ParameterizedTest
    @CsvSource({
        "PKIX path building failed: unable to find valid certification path to requested target, "
            + "the server's certificate is not trusted",
        "No trusted certificate found, the server's certificate is not trusted",
        "No subject alternative names present, the server's certificate is for another name",
        "No name matching a found, the server's certificate is for another name",
        "Unrecognized SSL message - plaintext connection?, no TLS at this port",
        "Received fatal alert: handshake_failure, TLS: Received fatal alert: handshake_failure"})
    void handshakeThatFailsSaysWhatToLookAt(String message, String cause) {
        assertEquals(cause, ErrorText.of(new SSLHandshakeException(message)));
        assertEquals(cause, ErrorText.of(new SSLException(message)));
    }

    @Test
    void handshakeThatFailsWithoutAWordIsNamed() {
        assertEquals("TLS: null", ErrorText.of(new SSLException((String) null)));
    }
}
