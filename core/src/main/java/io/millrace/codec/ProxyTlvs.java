package io.millrace.codec;

import io.millrace.http.ProxyInfo;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The types, lengths and values behind the addresses of a PROXY header of version 2 (section 2.2.1
 * and following). Unknown types are ignored, as the specification says.
 *
 * <p>Threads: one at a time.
 */
final class ProxyTlvs {

    private static final int ALPN = 0x01;
    private static final int AUTHORITY = 0x02;
    private static final int CRC = 0x03;
    private static final int UNIQUE_ID = 0x05;
    private static final int TLS = 0x20;
    private static final int TLS_VERSION = 0x21;
    private static final int CLIENT_NAME = 0x22;
    private static final int TLS_CIPHER = 0x23;

    private static final int MOST_ID_BYTES = 128;
    /** In the value of {@link #TLS}, before what is in it: a byte of flags and the verification. */
    private static final int TLS_FIXED_BYTES = 5;
    private static final int HAS_TLS = 0x01;
    /** The client has sent a certificate, on this connection or in the session that it resumes. */
    private static final int HAS_CERTIFICATE = 0x02 | 0x04;

    /** Called for each value. */
    private interface Taking {
        void take(int type, ByteBuffer value) throws ProtocolException;
    }

    private final ByteBuffer in;
    /** Null until something is told. */
    private ProxyInfo.Builder info;

    private ProxyTlvs(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Reads all that remain in the buffer.
     *
     * @param in over an array that begins with the header
     * @return null if they tell nothing
     */
    static ProxyInfo read(ByteBuffer in) throws ProtocolException {
        ProxyTlvs tlvs = new ProxyTlvs(in);
        each(in, tlvs::take);
        return tlvs.info == null ? null : tlvs.info.build();
    }

    private static void each(ByteBuffer in, Taking taking) throws ProtocolException {
        while (in.hasRemaining()) {
            if (in.remaining() < 3) {
                throw cutShort();
            }
            int type = in.get();
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                throw cutShort();
            }
            ByteBuffer value = in.slice(in.position(), length);
            taking.take(type, value);
            in.position(in.position() + length);
        }
    }

    private static ProtocolException cutShort() {
        return new ProtocolException("a value in the PROXY header is cut short");
    }

    private void take(int type, ByteBuffer value) throws ProtocolException {
        switch (type) {
            case ALPN -> info().alpn(text(value));
            case AUTHORITY -> info().authority(text(value));
            case CRC -> check(value);
            case UNIQUE_ID -> info().uniqueId(id(value));
            case TLS -> takeTls(value);
            default -> {
                // Of no use here: padding, network namespaces, what proxies agree on.
            }
        }
    }

    private ProxyInfo.Builder info() {
        if (info == null) {
            info = ProxyInfo.builder();
        }
        return info;
    }

    private static String text(ByteBuffer value) {
        return StandardCharsets.UTF_8.decode(value).toString();
    }

    private static byte[] id(ByteBuffer value) throws ProtocolException {
        if (value.remaining() > MOST_ID_BYTES) {
            throw new ProtocolException("the unique ID in the PROXY header is longer than "
                    + MOST_ID_BYTES + " bytes");
        }
        byte[] id = new byte[value.remaining()];
        value.get(id);
        return id;
    }

    /** The checksum is that of the whole header, with zeros in its own place. */
    private void check(ByteBuffer value) throws ProtocolException {
        byte[] header = in.array();
        int end = in.limit();
        int from = in.position();
        if (value.remaining() != Integer.BYTES) {
            throw new ProtocolException("the checksum in the PROXY header has not 4 bytes");
        }
        CRC32C sum = new CRC32C();
        sum.update(header, 0, from);
        sum.update(new byte[Integer.BYTES]);
        sum.update(header, from + Integer.BYTES, end - from - Integer.BYTES);
        if (value.getInt() != (int) sum.getValue()) {
            throw new ProtocolException("the checksum in the PROXY header is wrong");
        }
    }

    private void takeTls(ByteBuffer value) throws ProtocolException {
        if (value.remaining() < TLS_FIXED_BYTES) {
            throw cutShort();
        }
        int flags = value.get();
        boolean isVerified = value.getInt() == 0 && (flags & HAS_CERTIFICATE) != 0;
        String[] texts = new String[3];
        each(value, (type, text) -> {
            if (type >= TLS_VERSION && type <= TLS_CIPHER) {
                texts[type - TLS_VERSION] = text(text);
            }
        });
        if ((flags & HAS_TLS) != 0) {
            info().tls(texts[0], texts[TLS_CIPHER - TLS_VERSION])
                    .client(texts[CLIENT_NAME - TLS_VERSION], isVerified);
        }
    }
}
