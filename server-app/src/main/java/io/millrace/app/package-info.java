/**
 * The program: {@link io.millrace.app.Main} and one class per command, {@link
 * io.millrace.app.ServeCommand} and {@link io.millrace.app.LoadCommand}. {@link
 * io.millrace.app.Flags} reads their arguments and writes their help.
 */
package io.millrace.app;
