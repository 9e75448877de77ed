package io.millrace.s3;

import java.util.List;

/**
 * One page of a list.
 *
 * @param objects in the order of the bytes of their keys
 * @param prefixes what stands for several objects, up to and with the delimiter, in the same order
 * @param next where the next page begins ({@link S3ListQuery#from}); null if this is the last one
 */
public record S3ListPage(List<S3Listed> objects, List<String> prefixes, String next) {
}
