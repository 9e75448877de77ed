/**
 * The objects of a {@linkplain io.millrace.bucket.BucketStore store} in a bucket of an S3 engine,
 * for any number of nodes. Start at {@link io.millrace.bucket.BucketStore}.
 *
 * <p>It needs the JDK's modules {@code java.net.http} and {@code java.xml}. The module of Millrace
 * requires them only to be compiled: an application on the module path that uses this package says
 * {@code requires java.net.http; requires java.xml;} in its own {@code module-info.java}. On the
 * class path there is nothing to do.
 */
@NullMarked
package io.millrace.bucket;

import org.jspecify.annotations.NullMarked;
