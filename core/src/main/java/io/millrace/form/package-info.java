/**
 * What a request carries besides bytes: its query, its cookies, and the forms of HTML.
 *
 * <p>{@link io.millrace.form.Query} and {@link io.millrace.form.Cookies} read a request's head,
 * {@link io.millrace.form.SetCookie} makes a cookie of a response, and {@link
 * io.millrace.form.Form} receives a form: in memory, with its files in a folder, or part by part.
 *
 * <p>Below that is {@link io.millrace.form.MultipartExchange}, an exchange that hands the parts of
 * a {@code multipart/form-data} body (RFC 7578) to a {@link io.millrace.form.MultipartReceiver} as
 * they arrive. {@link io.millrace.form.MultipartParser} is the same without HTTP around it.
 */
@NullMarked
package io.millrace.form;

import org.jspecify.annotations.NullMarked;
