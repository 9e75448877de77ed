/**
 * What a browser is shown: folders as a page with its style sheet and script, and the upload of a
 * form. Start at {@link io.millrace.app.page.Page}.
 */
package io.millrace.app.page;
