/**
 * Composition without a framework: routes choose the handler of a request, filters wrap handlers.
 * Optional; every part is a {@link io.millrace.http.Handler} or makes one.
 *
 * <p>Start at {@link io.millrace.route.Routes}, then {@link io.millrace.route.Filter}.
 */
@NullMarked
package io.millrace.route;

import org.jspecify.annotations.NullMarked;
