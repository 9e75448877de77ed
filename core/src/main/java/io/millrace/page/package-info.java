/**
 * What an application implements to show folders to browsers: {@link io.millrace.page.FolderPage}.
 * The stores use it, whatever they keep their objects in.
 */
package io.millrace.page;
