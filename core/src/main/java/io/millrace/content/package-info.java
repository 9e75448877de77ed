/**
 * HTTP features of stored content: ranges, validators, conditions, digests, media types.
 * Independent of any store.
 *
 * <p>Start at {@link io.millrace.content.FileResponse}, which makes a response from a file; {@link
 * io.millrace.content.FixedContent} does so from bytes in memory, and {@link
 * io.millrace.content.ContentResponse} from anything else. {@link io.millrace.content.Accept} and
 * its like choose what a client prefers. The other classes are for handlers that serve or receive
 * content in their own way.
 *
 * <pre>{@code
 * Handler manual = request -> FileResponse.of(request, Path.of("manual.pdf"));
 * }</pre>
 */
@NullMarked
package io.millrace.content;

import org.jspecify.annotations.NullMarked;
