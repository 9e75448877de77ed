/**
 * A folder as one file, ZIP or tar, made as its client reads it. Public classes are public for the
 * store only.
 */
package io.millrace.archive;
