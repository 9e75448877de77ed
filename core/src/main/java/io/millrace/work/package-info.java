/** The threads that do what would hold up a worker. */
package io.millrace.work;
