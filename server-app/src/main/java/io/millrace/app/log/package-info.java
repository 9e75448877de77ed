/** What the program prints: its log, and lines that hold no thread of the server. */
package io.millrace.app.log;
