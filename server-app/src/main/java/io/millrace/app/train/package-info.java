/** The command {@code train}: a cache of classes, for a faster start. */
package io.millrace.app.train;
