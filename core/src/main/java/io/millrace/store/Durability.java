package io.millrace.store;

/**
 * What a {@link FileStore} has forced to the device when it acknowledges a PUT or a DELETE.
 *
 * @since 0.1
 */
public enum Durability {

    /**
     * Nothing: after the process was killed, an object is whole or absent; after a power failure,
     * it is what the file system has left.
     */
    NONE,

    /**
     * The data of a PUT, before the object gets its name: after a power failure a key names an
     * earlier object or this one, never an incomplete one.
     */
    DATA,

    /**
     * The data, and then the folder that names the object: after a power failure, what was
     * acknowledged is there, or gone if it was a DELETE.
     */
    FULL
}
