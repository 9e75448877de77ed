/**
 * How options are declared: an {@link io.millrace.option.Option} says once what it sets, its unit,
 * default, range and the reason for its default. Checks, texts, flags and the tables of the
 * documentation come from that. {@link io.millrace.option.Options} are the values of one set.
 */
package io.millrace.option;
