/**
 * Files behind keys: a folder whose files are stored, served and deleted over HTTP.
 *
 * <p>{@link io.millrace.store.FileStore} is the way in, {@link io.millrace.store.StoreOptions} what
 * may be set.
 */
package io.millrace.store;
