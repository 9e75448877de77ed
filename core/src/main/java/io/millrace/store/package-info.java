/**
 * Files behind keys: a folder whose files are stored, served and deleted over HTTP.
 *
 * <p>Start at {@link io.millrace.store.FolderStore}, which is a {@link io.millrace.http.Handler}.
 * {@link io.millrace.store.StoreOptions} holds its settings; the most important ones are {@link
 * io.millrace.store.Contract} and {@link io.millrace.store.Durability}.
 *
 * <pre>{@code
 * HttpServer.start(ServerOptions.defaults(), FolderStore.open(Path.of("data")));
 * }</pre>
 */
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
