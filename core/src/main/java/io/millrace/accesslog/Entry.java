package io.millrace.accesslog;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.RequestHead;
import io.millrace.server.ExchangeInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a line says of one exchange, taken from it at its end, when its head is still there. Texts
 * are cut, so that what waits for the writer has a bound.
 *
 * <p>Threads: the worker's until it is in the queue, then the access log's.
 */
final class Entry {

    /** What a server takes as a target by default. */
    static final int MOST_TARGET_CHARS = 8192;
    /** The longest user agents and search results that mean anything are half as long. */
    static final int MOST_VALUE_CHARS = 1024;
    private static final String CUT = "...";

    ConnectionInfo connection = ConnectionInfo.unknown();
    long number;
    /** Null if it is not known, like all texts. */
    String user;
    String method;
    String target;
    boolean isHttp11;
    /** What came in place of a request. */
    String requestLine;
    String host;
    String referer;
    String userAgent;
    /** 0 if no response has begun. */
    int status;
    long receivedBytes;
    long sentBytes;
    long startNs;
    long headNs;
    long firstByteNs;
    long endNs;
    long applicationNs;
    long deviceNs;
    Abandonment whyCut;
    String cause;
    Map<String, String> notes = Map.of();

    /** @param withFields whether the line will have header fields in it */
    static Entry of(ExchangeInfo exchange, boolean withFields) {
        Entry entry = new Entry();
        entry.connection = exchange.connection();
        entry.number = exchange.number();
        entry.method = cut(exchange.method(), MOST_VALUE_CHARS);
        entry.target = cut(exchange.target(), MOST_TARGET_CHARS);
        entry.requestLine = cut(exchange.requestLine(), MOST_TARGET_CHARS);
        entry.status = exchange.status() == null ? 0 : exchange.status().code();
        entry.receivedBytes = exchange.receivedBytes();
        entry.sentBytes = exchange.sentBytes();
        entry.startNs = exchange.startNs();
        entry.headNs = exchange.headNs();
        entry.firstByteNs = exchange.firstByteNs();
        entry.endNs = exchange.endNs();
        entry.applicationNs = exchange.applicationNs();
        entry.user = cut(exchange.notes().user(), MOST_VALUE_CHARS);
        entry.deviceNs = exchange.notes().deviceNs();
        entry.notes = cut(exchange.notes().others());
        entry.whyCut = exchange.whyCut();
        if (exchange.cause() != null) {
            entry.cause = cut(text(exchange.cause()), MOST_VALUE_CHARS);
        }
        RequestHead head = exchange.head();
        if (head != null) {
            entry.isHttp11 = head.isHttp11();
            if (withFields) {
                entry.host = cut(head.authority(), MOST_VALUE_CHARS);
                entry.referer = cut(head.headers().first("Referer"), MOST_VALUE_CHARS);
                entry.userAgent = cut(head.headers().first("User-Agent"), MOST_VALUE_CHARS);
            }
        }
        return entry;
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
    }

    static String cut(String text, int mostChars) {
        return text == null || text.length() <= mostChars ? text
                : text.substring(0, mostChars - CUT.length()) + CUT;
    }

    private static Map<String, String> cut(Map<String, String> notes) {
        Map<String, String> cut = notes.isEmpty() ? notes : new LinkedHashMap<>();
        notes.forEach((name, value) ->
                cut.put(cut(name, MOST_VALUE_CHARS), cut(value, MOST_VALUE_CHARS)));
        return cut;
    }

    /** Roughly the memory of what clients decide the length of. */
    int chars() {
        int chars = length(method) + length(target) + length(requestLine) + length(host)
                + length(referer) + length(userAgent) + length(user) + length(cause);
        for (Map.Entry<String, String> note : notes.entrySet()) {
            chars += length(note.getKey()) + length(note.getValue());
        }
        return chars;
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
