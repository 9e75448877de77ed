package io.millrace.app.load;

/**
 * What a request asks for.
 *
 * <p>Threads: any.
 */
enum Method {
    PUT, GET, HEAD, DELETE, POST;

    /** Whether a request brings a body. */
    boolean hasBody() {
        return this == PUT || this == POST;
    }
}
