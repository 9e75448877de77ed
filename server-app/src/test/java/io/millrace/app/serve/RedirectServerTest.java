package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start does where the address of the redirect is in use. */
@Timeout(60)
class RedirectServerTest {

    private static final InetSocketAddress HTTPS = new InetSocketAddress("127.0.0.1", 443);

    private ServerSocket taken;

    /** Something that the store tells at each look whether it is taking over. */
    private interface Look {
        boolean isTakingOver() throws IOException;
    }

    private static ServedStore store(Look look) {
        return (ServedStore) Proxy.newProxyInstance(ServedStore.class.getClassLoader(),
                new Class<?>[] {ServedStore.class}, (proxy, method, args) ->
                        method.getName().equals("isTakingOver") ? look.isTakingOver() : null);
    }

    @BeforeEach
    void takePort() throws IOException {
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void freePort() throws IOException {
        taken.close();
    }

    private RedirectServer start(ServedStore store) throws CommandException {
        return RedirectServer.start(ServeFlags.FLAGS.parse(List.of("--https-redirect",
                "127.0.0.1:" + taken.getLocalPort())), HTTPS, List.of(), store);
    }

    // The process before redirects until its last request has ended, when it no longer listens
    // where the new one already serves.
    @Test
    void redirectWaitsForThePortOfTheProcessBefore() throws Exception {
        int[] looks = {0};
        start(store(() -> {
            if (++looks[0] == 2) {
                taken.close();
            }
            return true;
        })).close();
        assertEquals(2, looks[0]);
    }

    @Test
    void redirectWhosePortIsAnothersSaysWhatToDo() {
        CommandException failure =
                assertThrows(CommandException.class, () -> start(store(() -> false)));
        String advice = " listens on the port: stop it, or choose another port";
        assertTrue(failure.getMessage().endsWith(advice), failure.getMessage());
    }
}
