package io.millrace.http;

import java.util.Objects;

/**
 * A status code and its reason phrase (RFC 9110 section 15). There is a constant for each code of
 * IANA's registry, named after its phrase, but for 100 and 101, which are the server's.
 *
 * <p>Two are equal if their codes are: the phrase is for people (RFC 9112 section 4).
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Status {

    /** The constants by their codes; null where the registry has none. */
    private static final Status[] REGISTERED = new Status[600];

    /** RFC 2518 section 10.1. Informational: {@link RequestHead#inform}. */
    public static final Status PROCESSING = registered(102, "Processing");
    /** RFC 8297 section 2. Informational: {@link RequestHead#inform}. */
    public static final Status EARLY_HINTS = registered(103, "Early Hints");
    /** Resumable Uploads for HTTP, an Internet-Draft. Informational. */
    public static final Status UPLOAD_RESUMPTION_SUPPORTED =
            registered(104, "Upload Resumption Supported");
    /** RFC 9110 section 15.3.1. */
    public static final Status OK = registered(200, "OK");
    /** RFC 9110 section 15.3.2. */
    public static final Status CREATED = registered(201, "Created");
    /** RFC 9110 section 15.3.3. */
    public static final Status ACCEPTED = registered(202, "Accepted");
    /** RFC 9110 section 15.3.4. */
    public static final Status NON_AUTHORITATIVE_INFORMATION =
            registered(203, "Non-Authoritative Information");
    /** RFC 9110 section 15.3.5. */
    public static final Status NO_CONTENT = registered(204, "No Content");
    /** RFC 9110 section 15.3.6. */
    public static final Status RESET_CONTENT = registered(205, "Reset Content");
    /** RFC 9110 section 15.3.7. */
    public static final Status PARTIAL_CONTENT = registered(206, "Partial Content");
    /** RFC 4918 section 11.1. */
    public static final Status MULTI_STATUS = registered(207, "Multi-Status");
    /** RFC 5842 section 7.1. */
    public static final Status ALREADY_REPORTED = registered(208, "Already Reported");
    /** RFC 3229 section 10.4.1. */
    public static final Status IM_USED = registered(226, "IM Used");
    /** RFC 9110 section 15.4.1. */
    public static final Status MULTIPLE_CHOICES = registered(300, "Multiple Choices");
    /** RFC 9110 section 15.4.2. A client may repeat a POST as a GET: see 308. */
    public static final Status MOVED_PERMANENTLY = registered(301, "Moved Permanently");
    /** RFC 9110 section 15.4.3. A client may repeat a POST as a GET: see 303 and 307. */
    public static final Status FOUND = registered(302, "Found");
    /** RFC 9110 section 15.4.4. The client goes there by GET. */
    public static final Status SEE_OTHER = registered(303, "See Other");
    /** RFC 9110 section 15.4.5. */
    public static final Status NOT_MODIFIED = registered(304, "Not Modified");
    /** RFC 9110 section 15.4.6. Deprecated there. */
    public static final Status USE_PROXY = registered(305, "Use Proxy");
    /** RFC 9110 section 15.4.8. */
    public static final Status TEMPORARY_REDIRECT = registered(307, "Temporary Redirect");
    /** RFC 9110 section 15.4.9. */
    public static final Status PERMANENT_REDIRECT = registered(308, "Permanent Redirect");
    /** RFC 9110 section 15.5.1. */
    public static final Status BAD_REQUEST = registered(400, "Bad Request");
    /** RFC 9110 section 15.5.2. */
    public static final Status UNAUTHORIZED = registered(401, "Unauthorized");
    /** RFC 9110 section 15.5.3. */
    public static final Status PAYMENT_REQUIRED = registered(402, "Payment Required");
    /** RFC 9110 section 15.5.4. */
    public static final Status FORBIDDEN = registered(403, "Forbidden");
    /** RFC 9110 section 15.5.5. */
    public static final Status NOT_FOUND = registered(404, "Not Found");
    /** RFC 9110 section 15.5.6. */
    public static final Status METHOD_NOT_ALLOWED = registered(405, "Method Not Allowed");
    /** RFC 9110 section 15.5.7. */
    public static final Status NOT_ACCEPTABLE = registered(406, "Not Acceptable");
    /** RFC 9110 section 15.5.8. */
    public static final Status PROXY_AUTHENTICATION_REQUIRED =
            registered(407, "Proxy Authentication Required");
    /** RFC 9110 section 15.5.9. */
    public static final Status REQUEST_TIMEOUT = registered(408, "Request Timeout");
    /** RFC 9110 section 15.5.10. */
    public static final Status CONFLICT = registered(409, "Conflict");
    /** RFC 9110 section 15.5.11. */
    public static final Status GONE = registered(410, "Gone");
    /** RFC 9110 section 15.5.12. */
    public static final Status LENGTH_REQUIRED = registered(411, "Length Required");
    /** RFC 9110 section 15.5.13. */
    public static final Status PRECONDITION_FAILED = registered(412, "Precondition Failed");
    /** RFC 9110 section 15.5.14. */
    public static final Status CONTENT_TOO_LARGE = registered(413, "Content Too Large");
    /** RFC 9110 section 15.5.15. */
    public static final Status URI_TOO_LONG = registered(414, "URI Too Long");
    /** RFC 9110 section 15.5.16. */
    public static final Status UNSUPPORTED_MEDIA_TYPE = registered(415, "Unsupported Media Type");
    /** RFC 9110 section 15.5.17. */
    public static final Status RANGE_NOT_SATISFIABLE = registered(416, "Range Not Satisfiable");
    /** RFC 9110 section 15.5.18. */
    public static final Status EXPECTATION_FAILED = registered(417, "Expectation Failed");
    /** RFC 9110 section 15.5.20. */
    public static final Status MISDIRECTED_REQUEST = registered(421, "Misdirected Request");
    /** RFC 9110 section 15.5.21. */
    public static final Status UNPROCESSABLE_CONTENT = registered(422, "Unprocessable Content");
    /** RFC 4918 section 11.3. */
    public static final Status LOCKED = registered(423, "Locked");
    /** RFC 4918 section 11.4. */
    public static final Status FAILED_DEPENDENCY = registered(424, "Failed Dependency");
    /** RFC 8470 section 5.2. */
    public static final Status TOO_EARLY = registered(425, "Too Early");
    /** RFC 9110 section 15.5.22. */
    public static final Status UPGRADE_REQUIRED = registered(426, "Upgrade Required");
    /** RFC 6585 section 3. */
    public static final Status PRECONDITION_REQUIRED = registered(428, "Precondition Required");
    /** RFC 6585 section 4. */
    public static final Status TOO_MANY_REQUESTS = registered(429, "Too Many Requests");
    /** RFC 6585 section 5. */
    public static final Status REQUEST_HEADER_FIELDS_TOO_LARGE =
            registered(431, "Request Header Fields Too Large");
    /** RFC 7725 section 3. */
    public static final Status UNAVAILABLE_FOR_LEGAL_REASONS =
            registered(451, "Unavailable For Legal Reasons");
    /** RFC 9110 section 15.6.1. */
    public static final Status INTERNAL_SERVER_ERROR = registered(500, "Internal Server Error");
    /** RFC 9110 section 15.6.2. */
    public static final Status NOT_IMPLEMENTED = registered(501, "Not Implemented");
    /** RFC 9110 section 15.6.3. */
    public static final Status BAD_GATEWAY = registered(502, "Bad Gateway");
    /** RFC 9110 section 15.6.4. */
    public static final Status SERVICE_UNAVAILABLE = registered(503, "Service Unavailable");
    /** RFC 9110 section 15.6.5. */
    public static final Status GATEWAY_TIMEOUT = registered(504, "Gateway Timeout");
    /** RFC 9110 section 15.6.6. */
    public static final Status HTTP_VERSION_NOT_SUPPORTED =
            registered(505, "HTTP Version Not Supported");
    /** RFC 2295 section 8.1. */
    public static final Status VARIANT_ALSO_NEGOTIATES = registered(506, "Variant Also Negotiates");
    /** RFC 4918 section 11.5. */
    public static final Status INSUFFICIENT_STORAGE = registered(507, "Insufficient Storage");
    /** RFC 5842 section 7.2. */
    public static final Status LOOP_DETECTED = registered(508, "Loop Detected");
    /** RFC 2774 section 7, which is historic. */
    public static final Status NOT_EXTENDED = registered(510, "Not Extended");
    /** RFC 6585 section 6. */
    public static final Status NETWORK_AUTHENTICATION_REQUIRED =
            registered(511, "Network Authentication Required");

    private final int code;
    private final String reason;

    private Status(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    private static Status registered(int code, String reason) {
        REGISTERED[code] = new Status(code, reason);
        return REGISTERED[code];
    }

    /**
     * The status of a code that is known only at run time, such as another server's: the constant
     * if there is one, else one with an empty reason.
     *
     * @param code from 102 to 599. Below 200 it is informational, for {@link RequestHead#inform}
     * @throws IllegalArgumentException if the code is out of range
     * @since 0.1
     */
    public static Status of(int code) {
        Status registered = REGISTERED[checked(code)];
        return registered != null ? registered : new Status(code, "");
    }

    /**
     * A status with a phrase of your own, for a code that the registry doesn't have.
     *
     * @param code from 102 to 599. Below 200 it is informational, for {@link RequestHead#inform}
     * @param reason the phrase for people; may be empty
     * @throws IllegalArgumentException if the code is out of range or the reason contains a
     *     character that is not allowed in a status line
     * @since 0.1
     */
    public static Status of(int code, String reason) {
        Objects.requireNonNull(reason);
        checked(code);
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException(
                        "invalid character in reason: 0x" + Integer.toHexString(c));
            }
        }
        return new Status(code, reason);
    }

    private static int checked(int code) {
        if (code < 102 || code > 599) {
            throw new IllegalArgumentException("code must be in [102, 599]: " + code);
        }
        return code;
    }

    /** The code, from 102 to 599. */
    public int code() {
        return code;
    }

    /** The phrase for people; may be empty. */
    public String reason() {
        return reason;
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
    public boolean equals(Object other) {
        return other instanceof Status status && status.code == code;
    }

    @Override
    public int hashCode() {
        return code;
    }

    @Override
    public String toString() {
        return code + " " + reason;
    }
}
