/**
 * Keys and where their objects lie: the names that paths stand for, the folders and files that have
 * them, and what the file system can do. Nothing here knows of requests and options.
 *
 * <p>Start at {@link io.millrace.tree.Folder}, which finds the {@link io.millrace.tree.Entry} of a
 * {@link io.millrace.tree.Key}. A {@link io.millrace.tree.Version} tells one state of an object
 * from the others, and a {@link io.millrace.tree.KeyLock} orders the changes.
 */
package io.millrace.tree;
