package io.millrace.listing;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;

/**
 * What a request asks of a listing, in its query and its Accept. Parameters of other names are
 * ignored.
 *
 * <p>Threads: any, immutable.
 *
 * @param format how it is to be written
 * @param isFormatSent whether the query names the format
 * @param limit most entries; {@link #UNLIMITED} for all
 * @param after only names behind this one; null for all
 * @param isAfterFolder whether that one was sent with the slash of a folder
 */
public record ListingQuery(Format format, boolean isFormatSent, long limit, String after,
        boolean isAfterFolder) {

    /** A limit that is none. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final int MAX_DIGITS = 18;
    private static final Format HTML = new HtmlFormat();
    private static final Format JSON = new JsonFormat();

    /**
     * What a request asks for.
     *
     * @param page what browsers get; null for the same as programs
     * @throws HttpException 400 if a parameter is malformed or given twice
     */
    public static ListingQuery of(RequestHead request, Format page) throws HttpException {
        return of(request.query() == null ? "" : request.query(), request.headers(), page);
    }

    /** @throws HttpException 400 if a parameter is malformed or given twice */
    static ListingQuery of(String query, Headers headers, Format page) throws HttpException {
        String format = null;
        String limit = null;
        String after = null;
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            switch (name) {
                case "format" -> format = once(name, format, value);
                case "limit" -> limit = once(name, limit, value);
                case "after" -> after = once(name, after, value);
                default -> { } // another program's, or a cache's
            }
        }
        Format chosen = format(format, headers, page);
        String name = after == null ? "" : after(after);
        return new ListingQuery(chosen, format != null,
                limit == null ? chosen.maxEntries() : limit(limit),
                name.isEmpty() ? null : withoutSlash(name), name.endsWith("/"));
    }

    private static String once(String name, String before, String value) throws HttpException {
        if (before != null) {
            throw malformed(name + " is given more than once");
        }
        return value;
    }

    private static Format format(String value, Headers headers, Format page)
            throws HttpException {
        if (value == null) {
            AcceptedFormat accepted = AcceptedFormat.of(headers);
            return page != null && accepted.isPage() ? page : accepted.isJson() ? JSON : HTML;
        }
        return switch (value) {
            case "json" -> JSON;
            case "html" -> HTML;
            default -> throw malformed("format must be html or json");
        };
    }

    private static long limit(String value) throws HttpException {
        boolean digits = !value.isEmpty() && value.length() <= MAX_DIGITS;
        for (int i = 0; i < value.length() && digits; i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        long limit = digits ? Long.parseLong(value) : 0;
        if (limit == 0) {
            throw malformed("limit must be a whole number from 1");
        }
        return limit;
    }

    private static String after(String value) throws HttpException {
        try {
            String encoded = value.replace("+", "%20"); // as forms write a space
            return PercentEncoding.decode(encoded, 0, encoded.length());
        } catch (HttpException e) {
            throw malformed("after must be a percent-encoded name: " + e.getMessage());
        }
    }

    /** The link to a folder ends in a slash, which is no part of its name. */
    private static String withoutSlash(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private static HttpException malformed(String why) {
        return new HttpException(Status.BAD_REQUEST, "invalid query: " + why);
    }

    /** The reference to the entries behind a name, for the same request otherwise. */
    public String next(String name) {
        String format = isFormatSent ? "format=" + (this.format == JSON ? "json" : "html") + '&'
                : "";
        return '?' + format + "limit=" + limit + "&after=" + PercentEncoding.encode(name);
    }
}
