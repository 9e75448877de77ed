/**
 * Logging that cannot end a thread or fill a disk; not exported. Start at {@link
 * io.millrace.log.SafeLog}.
 */
package io.millrace.log;
