/**
 * Bytes to messages and back. Knows no channel and no thread; not exported.
 *
 * <p>{@link io.millrace.codec.RequestParser} is the way in.
 */
package io.millrace.codec;
