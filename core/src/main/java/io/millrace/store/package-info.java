/**
 * Files behind keys: a folder whose files are stored, served and deleted over HTTP.
 *
 * <p>{@link io.millrace.store.FileStore} is the way in, a {@link io.millrace.http.Handler}; {@link
 * io.millrace.store.StoreOptions} is what may be set, {@link io.millrace.store.Contract} and {@link
 * io.millrace.store.Durability} most of all.
 *
 * <pre>{@code
 * HttpServer.start(ServerOptions.defaults(), FileStore.open(Path.of("data")));
 * }</pre>
 */
package io.millrace.store;
