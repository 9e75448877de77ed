package io.millrace.tls;

/**
 * What stands between a BEGIN line and its END line (RFC 7468).
 *
 * <p>Threads: any, as nobody changes the bytes.
 *
 * @param label what the block says it is, such as {@code CERTIFICATE}
 * @param line where it begins in its file, from 1
 * @param isEncrypted whether its header says so, as OpenSSL's old format does
 * @param bytes the decoded content
 */
record PemBlock(String label, int line, boolean isEncrypted, byte[] bytes) {

    /** Not the bytes: they may be a key. */
    @Override
    public String toString() {
        return label + " in line " + line;
    }
}
