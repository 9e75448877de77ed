/**
 * Content codings: responses compressed while they are sent. Optional.
 *
 * <p>Start at {@link io.millrace.coding.Gzip}.
 */
@NullMarked
package io.millrace.coding;

import org.jspecify.annotations.NullMarked;
