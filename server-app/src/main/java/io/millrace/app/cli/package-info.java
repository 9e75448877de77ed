/** The command line: {@link io.millrace.app.cli.Flags} reads arguments and writes help. */
package io.millrace.app.cli;
