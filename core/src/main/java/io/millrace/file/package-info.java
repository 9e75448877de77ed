/**
 * What a store does with the names of files, by the system's own calls where they cost less than
 * those of {@code java.nio.file}; not exported.
 */
package io.millrace.file;
