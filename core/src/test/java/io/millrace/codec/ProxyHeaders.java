package io.millrace.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** PROXY headers of version 2, as a proxy makes them. Threads: one at a time. */
public final class ProxyHeaders {

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    /** 192.0.2.1:1000 to 192.0.2.2:80. */
    private static final byte[] INET = {
            (byte) 192, 0, 2, 1, (byte) 192, 0, 2, 2, 1000 >> 8, (byte) 1000, 0, 80};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private ProxyHeaders(int command, int family) {
        bytes.writeBytes(SIGNATURE);
        bytes.write(command);
        bytes.write(family);
        bytes.write(0);
        bytes.write(0);
    }

    public static ProxyHeaders of(int command, int family) {
        return new ProxyHeaders(command, family);
    }

    /** Of a TCP connection from 192.0.2.1:1000 to 192.0.2.2:80. */
    public static ProxyHeaders inet() {
        return of(0x21, 0x11).with(INET);
    }

    public ProxyHeaders with(byte... more) {
        bytes.writeBytes(more);
        return this;
    }

    public ProxyHeaders tlv(int type, byte... value) {
        bytes.write(type);
        bytes.write(value.length >> 8);
        bytes.write(value.length);
        return with(value);
    }

    public ProxyHeaders tlv(int type, String text) {
        return tlv(type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The flags say whether TLS is used and a certificate was sent; 0: it is verified. */
    public ProxyHeaders tls(int flags, int verify, byte[] subTlvs) {
        return tlv(0x20, ByteBuffer.allocate(5 + subTlvs.length).put((byte) flags).putInt(verify)
                .put(subTlvs).array());
    }

    /** Sub-TLVs: types and texts in turn. */
    public static byte[] subTlvs(Object... typesAndTexts) {
        ProxyHeaders header = of(0, 0);
        for (int i = 0; i < typesAndTexts.length; i += 2) {
            header.tlv((int) typesAndTexts[i], (String) typesAndTexts[i + 1]);
        }
        byte[] all = header.bytes.toByteArray();
        return Arrays.copyOfRange(all, 16, all.length);
    }

    public byte[] bytes() {
        byte[] header = bytes.toByteArray();
        header[14] = (byte) (header.length - 16 >> 8);
        header[15] = (byte) (header.length - 16);
        return header;
    }

    /** With the checksum in its TLV, followed by one that is padding. */
    public byte[] withChecksum() {
        int at = bytes.size() + 3;
        byte[] header = tlv(0x03, 0, 0, 0, 0).tlv(0x04, "pad").bytes();
        CRC32C sum = new CRC32C();
        sum.update(header);
        ByteBuffer.wrap(header).putInt(at, (int) sum.getValue());
        return header;
    }

    private ProxyHeaders tlv(int type, int a, int b, int c, int d) {
        return tlv(type, new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    }
}
