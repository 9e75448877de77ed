/**
 * Which objects of a store leave it because they have not been used for long: when each was used
 * last, and what removes the oldest in the background. It knows no file; the store hands it the
 * objects and removes them.
 */
package io.millrace.evict;
