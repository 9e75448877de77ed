/**
 * A line for each request, refused and cut ones included, in the formats that log analysers read:
 * Common, Combined and JSON lines. Optional. Start at {@link io.millrace.accesslog.AccessLog}, a
 * {@link io.millrace.server.ServerListener}.
 */
@NullMarked
package io.millrace.accesslog;

import org.jspecify.annotations.NullMarked;
