/**
 * Lists folders: the names in order, page by page, as HTML or as JSON.
 *
 * <p>Not exported; start at {@link io.millrace.listing.Listings}.
 */
package io.millrace.listing;
