/**
 * One connection of the load tool: {@link io.millrace.app.load.wire.LoadConnection} sends requests
 * over a {@link io.millrace.app.load.wire.Wire}, which is a socket or TLS on one, and {@link
 * io.millrace.app.load.wire.ResponseParser} reads the responses.
 */
package io.millrace.app.load.wire;
