/** The command {@code verify}: finds corrupt objects in a store's folder. */
package io.millrace.app.verify;
