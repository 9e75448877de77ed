/**
 * What forms send: {@code multipart/form-data} (RFC 7578), read as it arrives and in constant
 * memory.
 *
 * <p>Start at {@link io.millrace.form.MultipartExchange}, an exchange that hands the parts of a
 * body to a {@link io.millrace.form.MultipartReceiver}. {@link io.millrace.form.MultipartParser} is
 * the same without HTTP around it.
 */
package io.millrace.form;
