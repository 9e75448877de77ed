/** What the program asks of its process: signals, ends of threads, other processes. */
package io.millrace.app.process;
