package io.millrace.store;

import io.millrace.http.Body;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.Version;
import java.io.Closeable;

/**
 * The bytes of one version of an object, wherever they are: they stay what they are, whatever
 * happens to its key. Threads: one at a time, unless the implementation says more.
 */
interface Content extends Closeable {

    /** The version that these bytes are. */
    Version version();

    /** What is kept beside them. */
    ObjectMeta meta();

    /** All the bytes, to be read at any position; the body owns the content from here on. */
    Body body();
}
