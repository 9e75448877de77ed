package io.millrace.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * Files that hold identities, to be read again when they change.
 *
 * <p>Threads: any; one at a time reads.
 */
interface IdentitySource {

    /** What is read; a change of any of them is a change of the identities. */
    List<Path> files();

    /**
     * Reads the files.
     *
     * @return at least one
     * @throws TlsException if anything of it can't be used
     */
    List<Identity> read() throws TlsException;
}
