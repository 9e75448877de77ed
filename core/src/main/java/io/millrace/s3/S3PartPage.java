package io.millrace.s3;

import java.util.List;

/**
 * One page of the parts of a multipart upload.
 *
 * @param parts in the order of their numbers
 * @param next behind which number the next page begins; 0 if this is the last one
 */
public record S3PartPage(List<S3Part> parts, int next) {
}
