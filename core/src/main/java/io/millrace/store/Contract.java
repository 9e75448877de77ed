package io.millrace.store;

/**
 * Which answers a {@link FileStore} gives where RFC 9110 and the article that it descends from
 * part.
 *
 * @since 0.1
 */
public enum Contract {

    /**
     * The article's: PUT and DELETE answer 200, an empty PUT changes nothing and answers 304, a PUT
     * without exactly one key stores nothing and answers 204, any other method is 404.
     */
    ARTICLE,

    /**
     * RFC 9110's: PUT answers 201 with {@code Location} or 204, an empty PUT makes an empty object,
     * DELETE answers 204, other methods 405 with {@code Allow} or 501, OPTIONS 204 with
     * {@code Allow}.
     */
    RFC9110
}
