/**
 * Log lines that end no thread and fill no disk; not exported. Start at {@link
 * io.millrace.log.SafeLog}.
 */
package io.millrace.log;
