package io.millrace.http;

import java.util.HashMap;
import java.util.Map;

/**
 * A status code and its reason phrase (RFC 9110 section 15). There is a constant for each code that
 * Millrace itself uses.
 *
 * <p>Threads: any, immutable.
 *
 * @param code from 102 to 599. Below 200 it is informational, for {@link RequestHead#inform}; 100
 *     and 101 are the server's
 * @param reason the phrase for people; may be empty
 * @since 0.1
 */
public record Status(int code, String reason) {

    /** RFC 8297 section 2. Informational: {@link RequestHead#inform}. */
    public static final Status EARLY_HINTS = new Status(103, "Early Hints");
    /** Resumable Uploads for HTTP, an Internet-Draft. Informational. */
    public static final Status UPLOAD_RESUMPTION_SUPPORTED =
            new Status(104, "Upload Resumption Supported");
    /** RFC 9110 section 15.3.1. */
    public static final Status OK = new Status(200, "OK");
    /** RFC 9110 section 15.3.2. */
    public static final Status CREATED = new Status(201, "Created");
    /** RFC 9110 section 15.3.5. */
    public static final Status NO_CONTENT = new Status(204, "No Content");
    /** RFC 9110 section 15.3.7. */
    public static final Status PARTIAL_CONTENT = new Status(206, "Partial Content");
    /** RFC 9110 section 15.4.5. */
    public static final Status NOT_MODIFIED = new Status(304, "Not Modified");
    /** RFC 9110 section 15.4.9. */
    public static final Status PERMANENT_REDIRECT = new Status(308, "Permanent Redirect");
    /** RFC 9110 section 15.5.1. */
    public static final Status BAD_REQUEST = new Status(400, "Bad Request");
    /** RFC 9110 section 15.5.2. */
    public static final Status UNAUTHORIZED = new Status(401, "Unauthorized");
    /** RFC 9110 section 15.5.4. */
    public static final Status FORBIDDEN = new Status(403, "Forbidden");
    /** RFC 9110 section 15.5.5. */
    public static final Status NOT_FOUND = new Status(404, "Not Found");
    /** RFC 9110 section 15.5.6. */
    public static final Status METHOD_NOT_ALLOWED = new Status(405, "Method Not Allowed");
    /** RFC 9110 section 15.5.9. */
    public static final Status REQUEST_TIMEOUT = new Status(408, "Request Timeout");
    /** RFC 9110 section 15.5.10. */
    public static final Status CONFLICT = new Status(409, "Conflict");
    /** RFC 9110 section 15.5.12. */
    public static final Status LENGTH_REQUIRED = new Status(411, "Length Required");
    /** RFC 9110 section 15.5.13. */
    public static final Status PRECONDITION_FAILED = new Status(412, "Precondition Failed");
    /** RFC 9110 section 15.5.14. */
    public static final Status CONTENT_TOO_LARGE = new Status(413, "Content Too Large");
    /** RFC 9110 section 15.5.15. */
    public static final Status URI_TOO_LONG = new Status(414, "URI Too Long");
    /** RFC 9110 section 15.5.16. */
    public static final Status UNSUPPORTED_MEDIA_TYPE =
            new Status(415, "Unsupported Media Type");
    /** RFC 9110 section 15.5.17. */
    public static final Status RANGE_NOT_SATISFIABLE = new Status(416, "Range Not Satisfiable");
    /** RFC 9110 section 15.5.18. */
    public static final Status EXPECTATION_FAILED = new Status(417, "Expectation Failed");
    /** RFC 9110 section 15.5.20. */
    public static final Status MISDIRECTED_REQUEST = new Status(421, "Misdirected Request");
    /** RFC 6585 section 5. */
    public static final Status FIELDS_TOO_LARGE =
            new Status(431, "Request Header Fields Too Large");
    /** RFC 9110 section 15.6.1. */
    public static final Status INTERNAL_SERVER_ERROR = new Status(500, "Internal Server Error");
    /** RFC 9110 section 15.6.2. */
    public static final Status NOT_IMPLEMENTED = new Status(501, "Not Implemented");
    /** RFC 9110 section 15.6.3. */
    public static final Status BAD_GATEWAY = new Status(502, "Bad Gateway");
    /** RFC 9110 section 15.6.4. */
    public static final Status SERVICE_UNAVAILABLE = new Status(503, "Service Unavailable");
    /** RFC 9110 section 15.6.6. */
    public static final Status VERSION_NOT_SUPPORTED =
            new Status(505, "HTTP Version Not Supported");
    /** RFC 4918 section 11.5. */
    public static final Status INSUFFICIENT_STORAGE = new Status(507, "Insufficient Storage");

    /** IANA's registry: the constants, and the codes that have none. */
    private static final Map<Integer, Status> REGISTERED = registered("""
            102 Processing
            202 Accepted
            203 Non-Authoritative Information
            205 Reset Content
            207 Multi-Status
            208 Already Reported
            226 IM Used
            300 Multiple Choices
            301 Moved Permanently
            302 Found
            303 See Other
            305 Use Proxy
            307 Temporary Redirect
            402 Payment Required
            406 Not Acceptable
            407 Proxy Authentication Required
            410 Gone
            422 Unprocessable Content
            423 Locked
            424 Failed Dependency
            425 Too Early
            426 Upgrade Required
            428 Precondition Required
            429 Too Many Requests
            451 Unavailable For Legal Reasons
            504 Gateway Timeout
            506 Variant Also Negotiates
            508 Loop Detected
            510 Not Extended
            511 Network Authentication Required
            """,
            EARLY_HINTS, UPLOAD_RESUMPTION_SUPPORTED, OK, CREATED, NO_CONTENT, PARTIAL_CONTENT,
            NOT_MODIFIED, PERMANENT_REDIRECT, BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND,
            METHOD_NOT_ALLOWED, REQUEST_TIMEOUT, CONFLICT, LENGTH_REQUIRED, PRECONDITION_FAILED,
            CONTENT_TOO_LARGE, URI_TOO_LONG, UNSUPPORTED_MEDIA_TYPE, RANGE_NOT_SATISFIABLE,
            EXPECTATION_FAILED, MISDIRECTED_REQUEST, FIELDS_TOO_LARGE, INTERNAL_SERVER_ERROR,
            NOT_IMPLEMENTED, BAD_GATEWAY, SERVICE_UNAVAILABLE, VERSION_NOT_SUPPORTED,
            INSUFFICIENT_STORAGE);

    /**
     * Checks code and reason.
     *
     * @throws IllegalArgumentException if the code is out of range or the reason contains a
     *     character that is not allowed in a status line
     */
    public Status {
        if (code < 102 || code > 599) {
            throw new IllegalArgumentException("code must be in [102, 599]: " + code);
        }
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException(
                        "invalid character in reason: 0x" + Integer.toHexString(c));
            }
        }
    }

    private static Map<Integer, Status> registered(String others, Status... constants) {
        Map<Integer, Status> all = new HashMap<>();
        for (Status constant : constants) {
            all.put(constant.code, constant);
        }
        others.lines().forEach(line -> {
            Status other = new Status(Integer.parseInt(line.substring(0, 3)), line.substring(4));
            all.put(other.code, other);
        });
        return Map.copyOf(all);
    }

    /**
     * The status of a code that is known only at run time, such as another server's: the constant
     * if there is one, else with the reason of IANA's registry of HTTP status codes. The reason is
     * empty if the code isn't registered.
     *
     * @param code from 102 to 599
     * @throws IllegalArgumentException if the code is out of range
     * @since 0.1
     */
    public static Status of(int code) {
        Status registered = REGISTERED.get(code);
        return registered != null ? registered : new Status(code, "");
    }

    /**
     * Whether a response with this status precedes the final one (RFC 9110 section 15.2).
     *
     * @since 0.1
     */
    public boolean isInformational() {
        return code < 200;
    }

    /**
     * Whether a response with this status never has a body (RFC 9110 sections 15.3.5, 15.3.6 and
     * 15.4.5). The server sends none, even if the response has one.
     */
    public boolean isBodiless() {
        return code == 204 || code == 205 || code == 304;
    }

    @Override
    public String toString() {
        return code + " " + reason;
    }
}
