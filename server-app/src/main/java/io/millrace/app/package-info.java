/**
 * The program: {@link io.millrace.app.Main} and one class per command, {@link
 * io.millrace.app.Serve} and {@link io.millrace.app.Load}.
 */
package io.millrace.app;
