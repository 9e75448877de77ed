package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.FileNames;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.cli.QuantityType;
import io.millrace.tls.ClientCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The flags of TLS, made when they are asked for: a start without any of them loads nothing of it.
 *
 * <p>Threads: main.
 */
final class TlsFlags extends FlagSource {

    static final class Made {

        static final Flag<List<String>> CERTIFICATES = Flag.of("--tls-cert", FileNames.LIST,
                List.of(), "PEM files of certificates, each with its chain; clients get the one "
                        + "for the name they ask for, or the first; TCP addresses then have TLS; "
                        + "read again when they change; may be repeated").standardText("none");
        static final Flag<List<String>> KEYS = Flag.of("--tls-key", FileNames.LIST, List.of(),
                "PEM files of the private keys, one for each --tls-cert in the same order; may be "
                        + "repeated").standardText("in the files of the certificates");
        static final Flag<String> PASSWORD = Flag.of("--tls-key-password-file", FlagType.FILE, "",
                "file whose first line is the password of encrypted keys").standardText("none");
        static final Flag<String> CLIENT_CA = Flag.of("--tls-client-ca", FlagType.FILE, "",
                "PEM file of the authorities whose client certificates are accepted")
                .standardText("none");
        static final Flag<ClientCertificates> CLIENT_CERTIFICATES = Flag.of("--tls-client-cert",
                ChoiceType.of(ClientCertificates.class), null,
                "whether clients show certificates of --tls-client-ca: none, wanted or needed")
                .standardText("needed with --tls-client-ca, otherwise none");
        static final Flag<List<ListenAddress>> REDIRECT = Flag.of("--https-redirect",
                ListenAddress.LIST, List.of(), "plain addresses, such as 0.0.0.0:80, where each "
                        + "request gets 308 to the same path over HTTPS").standardText("none");
        static final Flag<Long> HTTPS_PORT = Flag.of("--https-port", FlagType.numberIn(1, 65_535),
                null, "port that --https-redirect names, if clients see another than --port")
                .standardText("--port");
        static final Flag<Duration> HSTS = Flag.of("--hsts",
                QuantityType.timeIn(Duration.ZERO, Duration.ofDays(730)), null,
                "time for which browsers come to this host by HTTPS only "
                        + "(Strict-Transport-Security); begin with a short one")
                .standardText("no such field");

        static final List<Flag<?>> ALL = List.of(CERTIFICATES, KEYS, PASSWORD, CLIENT_CA,
                CLIENT_CERTIFICATES, REDIRECT, HTTPS_PORT, HSTS);

        private Made() {
        }
    }

    private static final String TITLE = "TLS";

    /** Whether one of them was given. Without any, no class of TLS is loaded. */
    static boolean isGiven(Arguments arguments) {
        for (String name : arguments.settings().keySet()) {
            if (isTls(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name may be one of theirs; that of any other flag makes none. */
    private static boolean isTls(String name) {
        return name.startsWith("--tls-") || name.startsWith("--https-") || name.equals("--hsts");
    }

    @Override
    public Flag<?> named(String name) {
        if (isTls(name)) {
            for (Flag<?> flag : Made.ALL) {
                if (flag.name().equals(name)) {
                    return flag;
                }
            }
        }
        return null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Made.ALL.forEach(flag -> Flags.add(groups, TITLE, flag));
    }
}
