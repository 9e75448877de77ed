package io.millrace.store;

/**
 * What a {@link FileStore} has forced to the device when it acknowledges a PUT or a DELETE.
 *
 * @since 0.1
 */
public enum Durability {

    /**
     * Nothing: an object is whole or absent after the process was killed, and what a power failure
     * leaves is the file system's choice.
     */
    NONE,

    /**
     * A PUT's bytes, before they get their name: after a power failure a key names an earlier
     * object or this one, never an incomplete one.
     */
    DATA,

    /**
     * The bytes, and then the folder that names them: what was acknowledged is there, or gone if it
     * was a DELETE, after a power failure.
     */
    FULL
}
