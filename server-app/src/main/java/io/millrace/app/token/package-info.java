/** The file of tokens: {@link io.millrace.app.token.TokenFile} reads it. */
package io.millrace.app.token;
