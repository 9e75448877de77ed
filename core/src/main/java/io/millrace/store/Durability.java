package io.millrace.store;

/**
 * What a {@link FolderStore} forces to the device before it acknowledges a PUT or a DELETE.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public enum Durability {

    /**
     * Nothing. After the process was killed, an object is whole or absent. After a power failure,
     * it is in whatever state the file system recovers.
     */
    NONE,

    /**
     * The data of a PUT, before the object gets its name. After a power failure a key names an
     * earlier object or this one, never an incomplete one.
     */
    DATA,

    /**
     * The data, then the folder that names the object. After a power failure every acknowledged PUT
     * is there and every acknowledged DELETE is in effect.
     */
    FULL
}
