package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes before HTTP stays with its address. */
class EndpointTest {

    private static final Endpoint PLAIN = Endpoint.of(new InetSocketAddress("127.0.0.1", 80));

    @Test
    void proxiesAndTlsMayBeSetInEitherOrder() {
        for (Endpoint both : List.of(PLAIN.proxies("10.0.0.0/8").tls(TestTls.tls()),
                PLAIN.tls(TestTls.tls()).proxies("10.0.0.0/8"))) {
            assertEquals(List.of("10.0.0.0/8"), both.proxyNetworks());
            assertSame(TestTls.tls(), both.tls());
        }
    }

    @Test
    void proxiesAndTlsStayWhenThePortIsSet() {
        Endpoint moved = ServerOptions.builder()
                .endpoints(PLAIN.proxies("10.0.0.0/8").tls(TestTls.tls())).port(81).build()
                .endpoints().get(0);
        assertEquals(new InetSocketAddress("127.0.0.1", 81), moved.address());
        assertEquals(List.of("10.0.0.0/8"), moved.proxyNetworks());
        assertSame(TestTls.tls(), moved.tls());
    }

    @Test
    void endpointWithTlsIsAnotherThanOneWithout() {
        assertNotEquals(PLAIN, PLAIN.tls(TestTls.tls()));
        assertEquals(PLAIN.tls(TestTls.tls()), PLAIN.tls(TestTls.tls()));
    }
}
