package io.millrace.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which cipher suites are offered, and in which order (decision 200): those of TLS 1.3, and of TLS
 * 1.2 those with a key exchange on curves and an authenticated cipher. What the JDK's configuration
 * disables is not among them.
 *
 * <p>Threads: any.
 */
final class CipherSuites {

    /** The cheapest first, on processors that have instructions for AES. */
    private static final List<String> CIPHERS =
            List.of("AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305");

    private CipherSuites() {
    }

    /** @param standard the JDK's default suites */
    static String[] chosen(String[] standard) {
        List<String> chosen = new ArrayList<>(Arrays.asList(standard));
        chosen.removeIf(suite -> rank(suite) == CIPHERS.size()
                || suite.contains("_WITH_") && !suite.startsWith("TLS_ECDHE_"));
        // Stable: TLS 1.3 before 1.2 and ECDSA before RSA, as the JDK has them.
        chosen.sort(Comparator.comparingInt(CipherSuites::rank));
        return chosen.toArray(String[]::new);
    }

    private static int rank(String suite) {
        for (int rank = 0; rank < CIPHERS.size(); rank++) {
            if (suite.contains("_" + CIPHERS.get(rank) + "_")) {
                return rank;
            }
        }
        return CIPHERS.size();
    }
}
