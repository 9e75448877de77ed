/**
 * Content codings: responses compressed while they are sent. Optional.
 *
 * <p>Start at {@link io.millrace.coding.Gzip}.
 */
package io.millrace.coding;
