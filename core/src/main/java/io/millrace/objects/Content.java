package io.millrace.objects;

import io.millrace.http.Body;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.Version;
import java.io.Closeable;

/**
 * The bytes of one version of an object, wherever they are: they stay what they are, whatever
 * happens to its key. Threads: one at a time, unless the implementation says more.
 */
public interface Content extends Closeable {

    /** The version that these bytes are. */
    public Version version();

    /** What is kept beside them. */
    public ObjectMeta meta();

    /** All the bytes, to be read at any position; the body owns the content from here on. */
    public Body body();
}
