package io.millrace.access;

import java.util.Set;

/**
 * The rights of one token at and below one folder. Threads: any, immutable.
 *
 * @param name whose token it is; null if that was not said
 * @param hash of the token, which isn't kept itself, so that no heap dump shows it
 * @param rights what the token may do there
 * @param prefix the folder, decoded, without its first slash and with its last; empty for all
 */
record Grant(String name, TokenHash hash, Set<Right> rights, String prefix) {

    /** @param path decoded, without its first slash; that of a folder ends in one */
    boolean allows(Right right, String path) {
        return rights.contains(right) && path.startsWith(prefix);
    }
}
