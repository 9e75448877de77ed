/**
 * Bytes to messages and back. Knows no channel and no thread; not exported.
 *
 * <p>{@link io.millrace.codec.RequestParser} is the way in for requests, {@link
 * io.millrace.codec.ResponseEncoder} the way out for responses.
 */
package io.millrace.codec;
