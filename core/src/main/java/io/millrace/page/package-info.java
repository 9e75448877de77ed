/**
 * What an application implements to show folders to browsers: {@link io.millrace.page.FolderPage}.
 * The stores use it, whatever they keep their objects in.
 */
@NullMarked
package io.millrace.page;

import org.jspecify.annotations.NullMarked;
