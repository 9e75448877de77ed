/**
 * Uploads that are resumed: tus 1.0.0 and the Internet-Draft "Resumable Uploads for HTTP", in front
 * of a store that doesn't know of them.
 *
 * <p>Start at {@link io.millrace.resume.ResumableUploads}.
 */
@NullMarked
package io.millrace.resume;

import org.jspecify.annotations.NullMarked;
