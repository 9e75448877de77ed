package io.millrace.store;

/**
 * Which responses a {@link FileStore} gives where RFC 9110 and the 2017 program that it descends
 * from differ.
 *
 * @since 0.1
 */
public enum Contract {

    /**
     * Those of the 2017 program: 200 for PUT and DELETE; 304 for an empty PUT, which changes
     * nothing; 204 for a PUT without exactly one key, which stores nothing; 404 for other methods.
     */
    ARTICLE,

    /**
     * Those of RFC 9110: 201 with {@code Location} or 204 for PUT, which may make an empty object;
     * 204 for DELETE, and for OPTIONS with {@code Allow}; 405 with {@code Allow} or 501 for other
     * methods.
     */
    RFC9110
}
