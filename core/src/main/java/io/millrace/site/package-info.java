/**
 * Web sites: a folder, or a part of the class path, as a handler.
 *
 * <p>Start at {@link io.millrace.site.StaticSite}.
 *
 * <pre>{@code
 * HttpServer.start(ServerOptions.defaults(), StaticSite.of(Path.of("public")));
 * }</pre>
 */
@NullMarked
package io.millrace.site;

import org.jspecify.annotations.NullMarked;
