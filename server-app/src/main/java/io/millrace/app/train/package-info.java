/** The command {@code train}: a cache of classes and profiles, for a faster start. */
package io.millrace.app.train;
