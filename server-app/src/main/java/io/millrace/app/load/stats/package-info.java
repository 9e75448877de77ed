/**
 * What a load run has measured, and the forms that others read: percentiles in the format of
 * HdrHistogram, times as CSV, charts as SVG and in characters.
 */
package io.millrace.app.load.stats;
