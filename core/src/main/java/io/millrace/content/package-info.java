/**
 * HTTP features of stored content: ranges, validators, conditions, digests, media types.
 * Independent of any store.
 *
 * <p>Start at {@link io.millrace.content.ContentResponse}, which makes a response from a file or
 * other bytes. The other classes are for handlers that serve or receive content in their own way.
 *
 * <pre>{@code
 * Handler manual = request -> ContentResponse.of(request, Path.of("manual.pdf"));
 * }</pre>
 */
package io.millrace.content;
