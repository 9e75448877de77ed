/**
 * How options are declared. An {@link io.millrace.option.Option} states its purpose, unit, default,
 * range and the reason for its default once; checks, texts, flags and the tables of the
 * documentation come from that. {@link io.millrace.option.Options} holds the values of one set.
 */
@NullMarked
package io.millrace.option;

import org.jspecify.annotations.NullMarked;
