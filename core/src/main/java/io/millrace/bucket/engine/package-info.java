/**
 * What all that a store does in its bucket needs of the engine: the client, what its failures
 * become, what it was found to hold, and the memory for bodies on their way to it. Knows no request
 * of a client and no option. Not exported. Start at {@link
 * io.millrace.bucket.engine.EngineState}.
 */
package io.millrace.bucket.engine;
