/**
 * What is kept beside an object's bytes: the fields that its PUT had, and digests. It is bound to
 * one version of the file, and lies in an extended attribute or in a file of its own.
 */
package io.millrace.meta;
