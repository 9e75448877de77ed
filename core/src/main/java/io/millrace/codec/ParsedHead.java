package io.millrace.codec;

import io.millrace.http.Attribute;
import io.millrace.http.Attributes;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A request head as the bytes that came and the places of its parts in them. Text is made when it
 * is asked for. Filled by {@link RequestParser}, again and again.
 *
 * <p>Threads: one at a time.
 */
public final class ParsedHead implements RequestHead, Headers {

    private static final int INITIAL_BYTES = 512;
    private static final int INITIAL_FIELDS = 16;
    private static final int PLACES_PER_FIELD = 4;

    /** The methods whose names need not be made of bytes. */
    public static final List<String> METHODS = List.of(
            "GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH", "MOVE", "TRACE", "CONNECT");
    private static final int HEAD = METHODS.indexOf("HEAD");

    /** What the application may ask of the server for this request. Threads: any. */
    public interface Calls {

        /** As {@link RequestHead#whenGone}. */
        void whenGone(Runnable action);

        /** As {@link RequestHead#whenHalfClosed}. */
        void whenHalfClosed(Runnable action);

        /** As {@link RequestHead#inform}. */
        void inform(Response response);

        /** As {@link RequestHead#stopBody}. */
        void stopBody();

        /** As {@link RequestHead#applicationTimeout}; the limit has been checked. */
        void applicationTimeout(Duration limit);
    }

    /** The head's bytes, from the method on; the parser appends to them. */
    byte[] bytes = new byte[INITIAL_BYTES];
    int methodEnd;
    int targetStart;
    int targetEnd;
    int minorVersion;
    final Framing framing = new Framing();
    /** Where the method of a whole head is in {@link #METHODS}; their number if in none. */
    private int method;

    private final Target parts = new Target();
    private int fieldCount;
    /** Four places a field: where its name and its value begin and end. */
    private int[] places = new int[INITIAL_FIELDS * PLACES_PER_FIELD];
    /** The path of this head or an earlier one: clients ask for the same again. */
    private String path = "";
    /** The server's, for each request anew; null for none. */
    private Calls calls;
    private RequestNotes notes = RequestNotes.NONE;
    /** The server's, for each request anew; null for none. */
    private ConnectionInfo connection;
    /** The application's; null until it sets one. */
    private Attributes attributes;

    // The parser's side.

    void clear() {
        fieldCount = 0;
        calls = null;
        notes = RequestNotes.NONE;
        connection = null;
        attributes = null;
    }

    /** Memory that grows with the head. */
    int heldBytes() {
        return bytes.length + places.length * Integer.BYTES;
    }

    void ensureCapacity(int capacity) {
        if (bytes.length < capacity) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, 2 * bytes.length));
        }
    }

    void addField(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = fieldCount * PLACES_PER_FIELD;
        if (at == places.length) {
            places = Arrays.copyOf(places, 2 * at);
        }
        places[at] = nameStart;
        places[at + 1] = nameEnd;
        places[at + 2] = valueStart;
        places[at + 3] = valueEnd;
        fieldCount++;
    }

    /** What remains to be decided when the last byte is in: target form, host, framing. */
    void finish() throws HttpException {
        method = 0;
        while (method < METHODS.size() && !methodIs(METHODS.get(method))) {
            method++;
        }
        parts.split(this);
        framing.decide(this);
    }

    int nameStart(int field) {
        return places[field * PLACES_PER_FIELD];
    }

    int nameEnd(int field) {
        return places[field * PLACES_PER_FIELD + 1];
    }

    int valueStart(int field) {
        return places[field * PLACES_PER_FIELD + 2];
    }

    int valueEnd(int field) {
        return places[field * PLACES_PER_FIELD + 3];
    }

    /** Whether the method is this one, be the head whole or not. */
    public boolean methodIs(String method) {
        return Ascii.equals(bytes, 0, methodEnd, method);
    }

    /** Where the method is in {@link #METHODS}; their number if it is none of them. */
    public int methodIndex() {
        return method;
    }

    /** Whether the method of a whole head is HEAD. */
    public boolean isOfHead() {
        return method == HEAD;
    }

    boolean targetHasAuthority() {
        return parts.authorityEnd > parts.authorityStart;
    }

    // The server's side.

    /** How the body is delimited and what follows it. */
    public Framing framing() {
        return framing;
    }

    /** Who does what the application asks for this request. */
    public void calls(Calls calls) {
        this.calls = calls;
    }

    /** Where the application's notes go; {@link RequestNotes#NONE} until this is called. */
    public void notes(RequestNotes notes) {
        this.notes = notes;
    }

    /** What is known of the connection of this request. */
    public void connection(ConnectionInfo connection) {
        this.connection = connection;
    }

    /**
     * The host that the request is for, without its port and in lower case (RFC 9110 section
     * 4.2.3), an IPv6 address in its brackets; empty for HTTP/1.0 without one.
     */
    public String host() {
        int from = authorityStart();
        return Ascii.text(bytes, from, Host.nameEnd(bytes, from, authorityEnd()))
                .toLowerCase(Locale.ROOT);
    }

    /** Whether {@link #authority} is this text, without a string being made of it. */
    boolean authorityIs(String text) {
        return Ascii.equals(bytes, authorityStart(), authorityEnd(), text);
    }

    private int authorityStart() {
        if (targetHasAuthority()) {
            return parts.authorityStart;
        }
        return framing.hostField < 0 ? 0 : valueStart(framing.hostField);
    }

    private int authorityEnd() {
        if (targetHasAuthority()) {
            return parts.authorityEnd;
        }
        return framing.hostField < 0 ? 0 : valueEnd(framing.hostField);
    }

    // The handler's side.

    @Override
    public String method() {
        return method < METHODS.size() ? METHODS.get(method) : Ascii.text(bytes, 0, methodEnd);
    }

    @Override
    public String target() {
        return Ascii.targetText(bytes, targetStart, targetEnd);
    }

    @Override
    public String authority() {
        if (targetHasAuthority()) {
            return Ascii.text(bytes, parts.authorityStart, parts.authorityEnd);
        }
        return framing.hostField < 0 ? null : value(framing.hostField);
    }

    @Override
    public String path() {
        if (parts.pathIsImplied) {
            return "/";
        }
        if (!Ascii.equals(bytes, parts.pathStart, parts.pathEnd, path)) {
            path = Ascii.targetText(bytes, parts.pathStart, parts.pathEnd);
        }
        return path;
    }

    @Override
    public String query() {
        return parts.queryStart < 0 ? null
                : Ascii.targetText(bytes, parts.queryStart, targetEnd);
    }

    @Override
    public boolean isHttp11() {
        return minorVersion > 0;
    }

    @Override
    public Headers headers() {
        return this;
    }

    @Override
    public long bodyLength() {
        return framing.bodyLength();
    }

    @Override
    public ConnectionInfo connection() {
        return connection;
    }

    @Override
    public void whenGone(Runnable action) {
        calls.whenGone(action);
    }

    @Override
    public void whenHalfClosed(Runnable action) {
        calls.whenHalfClosed(action);
    }

    @Override
    public void inform(Response response) {
        calls.inform(response);
    }

    @Override
    public void stopBody() {
        calls.stopBody();
    }

    @Override
    public void applicationTimeout(Duration limit) {
        RequestHead.super.applicationTimeout(limit); // checks it
        calls.applicationTimeout(limit);
    }

    @Override
    public RequestNotes notes() {
        return notes;
    }

    @Override
    public <T> T attribute(Attribute<T> attribute) {
        return attributes == null ? RequestHead.super.attribute(attribute)
                : attributes.value(attribute);
    }

    @Override
    public <T> void attribute(Attribute<T> attribute, T value) {
        if (attributes == null) {
            attributes = new Attributes();
        }
        attributes.set(attribute, value);
    }

    @Override
    public int size() {
        return fieldCount;
    }

    @Override
    public String name(int index) {
        return Ascii.text(bytes, nameStart(index), nameEnd(index));
    }

    @Override
    public String value(int index) {
        return Ascii.text(bytes, valueStart(index), valueEnd(index));
    }

    @Override
    public String first(String name) {
        int field = indexOf(name, 0);
        return field < 0 ? null : value(field);
    }

    /** Without a string for each field's name. */
    @Override
    public List<String> all(String name) {
        int field = indexOf(name, 0);
        if (field < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(1);
        for (; field >= 0; field = indexOf(name, field + 1)) {
            values.add(value(field));
        }
        return values;
    }

    @Override
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    /** The first field line from {@code start} on that is called {@code name}; -1 if none. */
    private int indexOf(String name, int start) {
        for (int field = start; field < fieldCount; field++) {
            if (Ascii.equalsIgnoreCase(bytes, nameStart(field), nameEnd(field), name)) {
                return field;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return method() + " " + target();
    }
}
