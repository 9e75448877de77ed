package io.millrace.accesslog;

/** Writes a line for an entry. Threads: the access log's. */
interface LineFormat {

    /**
     * Appends a line with its end.
     *
     * @param epochMillis when the request began
     */
    void append(Entry entry, long epochMillis, LineBuffer line);
}
