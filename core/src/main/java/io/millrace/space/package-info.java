/**
 * The room that objects and unfinished PUTs take: how much they may ({@link
 * io.millrace.space.Quota}), and what is reserved of the device for a large body before it has come
 * ({@link io.millrace.space.SpaceReservation}).
 */
package io.millrace.space;
