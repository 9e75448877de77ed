/**
 * The bytes of one version of an object, in memory or in an open file, and the cache of the former.
 */
package io.millrace.objects;
