package io.millrace.evict;

import java.io.IOException;

/**
 * The objects of a store, for what evicts them. The store implements it.
 *
 * <p>Threads: one at a time.
 */
public interface EvictableObjects {

    /** Who is told of each object; returns whether to go on. */
    interface Visitor {

        /** Looks at an object. */
        boolean visit(StoredObject object);
    }

    /** Asked when an object can't be used or changed by others. */
    interface Check {

        /** Whether the object may still be removed. */
        boolean isUnused();
    }

    /** What has become of an object that was to be removed. */
    enum Outcome {
        /** It is gone. */
        REMOVED,
        /** It is another one by now, was used meanwhile, or was gone before. */
        SPARED,
        /** The file system has refused it; the store has logged it. */
        FAILED
    }

    /**
     * Looks at each object.
     *
     * @throws IOException with one line for people, if they can't be listed
     */
    void each(Visitor visitor) throws IOException;

    /**
     * Removes an object as a DELETE would, if it is still the same and the check allows it. {@link
     * Evictor#changed} is told of its bytes, as with a DELETE.
     */
    Outcome remove(StoredObject object, Check check);

    /**
     * Has a file tell when it was read last, and changes nothing else of it.
     *
     * @param second the time, in seconds since 1970
     * @return whether the file tells now
     */
    boolean noteRead(StoredObject object, long second);
}
