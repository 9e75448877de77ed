/**
 * The vocabulary: what a request is, what becomes of it, and what a response is. Knows no socket,
 * no thread and no byte parsing.
 *
 * <p>{@link io.millrace.http.Handler} is the way in.
 */
package io.millrace.http;
