package io.millrace.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server shows and proves: a certificate with its chain, and the private key that fits it.
 *
 * <p>Threads: any, immutable.
 *
 * @param source where it comes from, for people
 * @param chain begins with the server's own certificate
 * @param leftOver certificates of the same file that are not part of the chain
 */
record Identity(String source, PrivateKey key, List<X509Certificate> chain,
        List<X509Certificate> leftOver) {

    private static final int DNS_NAME = 2; // RFC 5280 s4.2.1.6
    private static final String SERVER_USE = "1.3.6.1.5.5.7.3.1"; // RFC 5280 s4.2.1.12
    private static final String ANY_USE = "2.5.29.37.0";
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+\"\\\\]+)");

    /** The server's own certificate. */
    X509Certificate certificate() {
        return chain.get(0);
    }

    /**
     * The host names that the certificate is for, in lower case: its DNS names, or if it has no
     * alternative names its common name, as old certificates have it.
     */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Collection<List<?>> alternatives = alternatives();
        for (List<?> alternative : alternatives) {
            if (alternative.get(0).equals(DNS_NAME)) {
                names.add(((String) alternative.get(1)).toLowerCase(Locale.ROOT));
            }
        }
        if (alternatives.isEmpty()) {
            Matcher name = COMMON_NAME.matcher(
                    certificate().getSubjectX500Principal().getName());
            if (name.find()) {
                names.add(name.group(1).toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private Collection<List<?>> alternatives() {
        try {
            Collection<List<?>> names = certificate().getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of(); // clients can't read them either; it is the default, if it is first
        }
    }

    /** What will trouble clients, a sentence each; the server can start all the same. */
    List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        X509Certificate own = certificate();
        for (X509Certificate each : chain) {
            String which = each == own ? source : each.getSubjectX500Principal() + " in " + source;
            if (now.isAfter(each.getNotAfter().toInstant())) {
                warnings.add("the certificate " + which + " expired on "
                        + each.getNotAfter().toInstant() + ": clients will refuse it; renew it");
            } else if (now.isBefore(each.getNotBefore().toInstant())) {
                warnings.add("the certificate " + which + " is not valid before "
                        + each.getNotBefore().toInstant() + ": is this machine's clock right?");
            }
        }
        if (!isForServers(own)) {
            warnings.add("the certificate " + source + " is not for servers (its extended key"
                    + " usage): clients will refuse it; request one for TLS servers");
        }
        if (!leftOver.isEmpty()) {
            X509Certificate last = chain.get(chain.size() - 1);
            warnings.add("the chain of the certificate " + source + " has a gap: no certificate in"
                    + " the file is that of " + last.getIssuerX500Principal() + ", which issued "
                    + last.getSubjectX500Principal() + "; clients that don't have it will refuse"
                    + " the chain. Not sent: " + subjects(leftOver));
        }
        return warnings;
    }

    private static boolean isForServers(X509Certificate certificate) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses == null || uses.contains(SERVER_USE) || uses.contains(ANY_USE);
        } catch (CertificateParsingException e) {
            return false; // clients can't read it either
        }
    }

    private static String subjects(List<X509Certificate> certificates) {
        return String.join("; ", certificates.stream()
                .map(each -> each.getSubjectX500Principal().toString()).toList());
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return "Identity[" + source + "]";
    }
}
