/**
 * The load tool: {@link io.millrace.app.load.LoadCommand} makes a plan of its arguments, a run of
 * clients carries it out, each over a connection of its own, and a report says what they measured.
 * Connections are in {@code wire}, what is measured in {@code stats}.
 */
package io.millrace.app.load;
