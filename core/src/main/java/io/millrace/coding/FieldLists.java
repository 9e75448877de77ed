package io.millrace.coding;

import io.millrace.http.Headers;

/** Header fields that are lists of tokens. Threads: any. */
final class FieldLists {

    private FieldLists() {
    }

    /** Whether one of the elements of a field is this token, in whatever case. */
    static boolean contain(Headers headers, String name, String token) {
        for (String value : headers.all(name)) {
            for (String element : value.split(",")) {
                if (element.trim().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }
}
