package io.millrace.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * What a self-signed certificate says (RFC 5280 section 4.1): its names, its time, and that it is
 * for a TLS server. The JDK reads certificates and makes none.
 *
 * <p>Threads: any, immutable.
 *
 * @param commonName shown to people; clients look at the alternatives
 * @param alternatives encoded as GeneralName
 */
record CertificateText(String commonName, List<byte[]> alternatives, Instant from, Instant until) {

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";

    private static final int VERSION_3 = 2;
    private static final int SERIAL_BITS = 127; // positive, and within the 20 bytes of s4.1.2.2
    private static final int MAX_COMMON_NAME = 64; // appendix A.1
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;

    /** The certificate, signed by the key that it is for. */
    byte[] signed(KeyPair pair) throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        byte[] text = Der.sequence(
                Der.explicit(0, Der.integer(VERSION_3)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                algorithm,
                name(),
                Der.sequence(time(from), time(until)),
                name(),
                pair.getPublic().getEncoded(),
                Der.explicit(3, Der.sequence(
                        extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                        // digitalSignature is the first bit
                        extension(KEY_USAGE, true, Der.bits(7, (byte) 0x80)),
                        extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER))),
                        extension(ALTERNATIVE_NAMES, false,
                                Der.sequence(alternatives.toArray(byte[][]::new))))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(text);
        return Der.sequence(text, algorithm, Der.bits(0, signature.sign()));
    }

    /** Of the issuer and of the subject, as they are the same. */
    private byte[] name() {
        String shown = commonName.substring(0, Math.min(commonName.length(), MAX_COMMON_NAME));
        return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(shown))));
    }

    /** Section 4.1.2.5: two digits for the year until 2049, and four from 2050 on. */
    private static byte[] time(Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        boolean isShort = time.getYear() < 2050;
        String text = DateTimeFormatter.ofPattern(isShort ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'")
                .format(time);
        return Der.value(isShort ? UTC_TIME : GENERALIZED_TIME,
                text.getBytes(StandardCharsets.US_ASCII));
    }

    /** DER leaves out what is the default, and that is not critical. */
    private static byte[] extension(String oid, boolean isCritical, byte[] value) {
        return isCritical ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }
}
