/**
 * Uploads that outlive their requests and the process: what a store offers to a protocol of
 * resumable uploads, wherever it keeps their bytes.
 *
 * <p>Start at {@link io.millrace.upload.UnfinishedUploads}, which {@code FolderStore.unfinished()}
 * returns.
 */
@NullMarked
package io.millrace.upload;

import org.jspecify.annotations.NullMarked;
