/**
 * Who may do what: tokens, the rights that each has and where, and the refusals that requests
 * without them get. The file store uses it; so may any {@link io.millrace.http.Handler}.
 *
 * <p>Start at {@link io.millrace.access.AccessRules}, then {@link
 * io.millrace.access.AccessControl}.
 */
@NullMarked
package io.millrace.access;

import org.jspecify.annotations.NullMarked;
