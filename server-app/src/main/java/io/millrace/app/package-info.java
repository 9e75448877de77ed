/**
 * The program: {@link io.millrace.app.Main} finds the command that the arguments name, each in a
 * package of its own, such as {@link io.millrace.app.serve} and {@link io.millrace.app.load}. The
 * command line is read by {@link io.millrace.app.cli}.
 */
package io.millrace.app;
