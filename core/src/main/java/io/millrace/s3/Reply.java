package io.millrace.s3;

import java.net.http.HttpHeaders;

/**
 * A response.
 *
 * @param status its code
 * @param fields of its header
 * @param body in memory or streamed
 */
record Reply(int status, HttpHeaders fields, ReplyBody body) {
}
