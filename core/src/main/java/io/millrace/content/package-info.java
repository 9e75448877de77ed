/**
 * What HTTP says of stored bytes: ranges, validators, conditions, digests, media types. Knows no
 * store, socket or thread.
 *
 * <p>{@link io.millrace.content.ContentResponse} is the way in: a response made of a file or of
 * other bytes. The rest is for those who serve or take content in a way of their own.
 *
 * <pre>{@code
 * Handler manual = request -> ContentResponse.of(request, Path.of("manual.pdf"));
 * }</pre>
 */
package io.millrace.content;
