/**
 * Composition without a framework: which handler a request is for, and what goes around a handler.
 * Optional; every part is a {@link io.millrace.http.Handler} or makes one.
 *
 * <p>{@link io.millrace.route.Routes} is the way in, then {@link io.millrace.route.Filter}.
 */
package io.millrace.route;
