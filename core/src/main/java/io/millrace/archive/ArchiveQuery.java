package io.millrace.archive;

import io.millrace.http.HttpException;
import io.millrace.http.Status;

/** The parameter {@code archive} of a query. Others are ignored. Threads: any. */
final class ArchiveQuery {

    private static final String NAME = "archive";

    private ArchiveQuery() {
    }

    /** @param query null for none */
    static boolean isIn(String query) {
        if (query == null || !query.contains(NAME)) {
            return false;
        }
        for (String parameter : query.split("&")) {
            if (name(parameter).equals(NAME)) {
                return true;
            }
        }
        return false;
    }

    /** @throws HttpException 400 if it names no format, or is given twice */
    static ArchiveFormat format(String query) throws HttpException {
        String value = null;
        for (String parameter : query.split("&")) {
            if (name(parameter).equals(NAME)) {
                if (value != null) {
                    throw malformed("archive is given more than once");
                }
                value = parameter.substring(Math.min(parameter.length(), NAME.length() + 1));
            }
        }
        for (ArchiveFormat format : ArchiveFormat.values()) {
            if (format.parameter().equals(value)) {
                return format;
            }
        }
        throw malformed("archive must be zip or tar");
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }

    private static HttpException malformed(String why) {
        return new HttpException(Status.BAD_REQUEST, "invalid query: " + why);
    }
}
