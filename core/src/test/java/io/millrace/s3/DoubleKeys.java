package io.millrace.s3;

/** Whose requests the double takes, and for which region; the token is null if there is none. */
record DoubleKeys(String id, String secret, String token, String region) {
}
