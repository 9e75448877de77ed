/**
 * The commands {@code serve} and {@code config}: {@link io.millrace.app.serve.ServeCommand} makes a
 * store and a server of the settings, and runs them until the process is told to stop.
 */
package io.millrace.app.serve;
