package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.TestTls;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.Test;

class TlsSessionsTest {

    // Without them the JDK remembers 20,480 sessions for a day.
    @Test
    void sessionsHaveTheBoundsThatAreSet() throws Exception {
        Tls tls = Tls.builder().certificate(TestFiles.file("ec.pem"),
                TestFiles.file("ec-pkcs8.key")).sessions(5, Duration.ofMinutes(2)).build();
        SSLEngine server = tls.newEngine();
        SSLEngine client = TestTls.clientContext().createSSLEngine("localhost", 443);
        client.setUseClientMode(true);
        Handshake.run(client, server);
        SSLSessionContext sessions = server.getSession().getSessionContext();
        assertEquals(5, sessions.getSessionCacheSize());
        assertEquals(120, sessions.getSessionTimeout());
    }
}
