/**
 * Digests of objects and of bodies: those that must be right, those that clients wish for, and
 * those that are known.
 */
package io.millrace.digest;
