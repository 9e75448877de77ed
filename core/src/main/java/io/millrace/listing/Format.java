package io.millrace.listing;

/** How a listing is written: its beginning, its entries and its end. Threads: any. */
sealed interface Format permits HtmlFormat, JsonFormat {

    /** The value of Content-Type. */
    String mediaType();

    /**
     * Writes what stands before the entries.
     *
     * @param path the path of the folder, decoded, with a slash at each end
     */
    void begin(StringBuilder out, String path);

    /** Writes an entry. */
    void entry(StringBuilder out, ListedEntry entry, boolean isFirst);

    /**
     * Writes what stands behind the entries.
     *
     * @param next where the listing goes on, a reference that begins with a question mark; null if
     *     this is its end
     */
    void end(StringBuilder out, String next);
}
