/**
 * The program: {@link io.millrace.app.Main} and the command {@code serve}. The command line is read
 * by {@link io.millrace.app.cli}, the command {@code load} is {@link io.millrace.app.load}.
 */
package io.millrace.app;
