package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Bytes that a client sends on a new connection, and what a server has to make of them. Immutable.
 *
 * @param name the situation, and what comes of it
 * @param section where the rule is written
 * @param text the bytes, a character each
 * @param answers the final answers, in order
 * @param interims how many 100 (Continue) there may be before them
 * @param end what becomes of the connection
 */
record WireVector(String name, String section, String text, List<WireAnswer> answers, int interims,
        End end) {

    /** What becomes of the connection after the last answer. */
    enum End {
        /** It takes another request. */
        OPEN,
        /** The server ends it, and reads nothing behind the vector as a request. */
        CLOSED,
        /** The server ends it without a word, as the last answer was sent too early to say so. */
        CUT_OFF,
        /**
         * The server waits for the rest of a message, with no answer but those before the last; if
         * the client ends its side instead, the last answer says so.
         */
        BROKEN_OFF,
        /** The server waits for more; if the client ends its side instead, that is all. */
        WAITING
    }

    /** Well-formed requests, after which the connection takes another. */
    static WireVector served(String name, String section, String text, WireAnswer... answers) {
        return new WireVector(name, section, text, List.of(answers), 0, End.OPEN);
    }

    /** A well-formed request for a host that a server on loopback doesn't serve. */
    static WireVector misdirected(String name, String text) {
        WireAnswer answer = WireAnswer.status(421);
        return served(name, "RFC 9110 s15.5.20", text,
                text.startsWith("HEAD ") ? answer.toHead() : answer);
    }

    /** Well-formed requests, the last of which ends the connection. */
    static WireVector last(String name, String section, String text, WireAnswer... answers) {
        return new WireVector(name, section, text, List.of(answers), 0, End.CLOSED);
    }

    /** A request that is refused, with an answer that ends the connection. */
    static WireVector refused(String name, String section, int status, String text) {
        WireAnswer answer = WireAnswer.status(status);
        // RFC 9110 s9.3.2: a refusal of HEAD has no body either, once the method is known.
        return new WireVector(name, section, text,
                List.of(text.startsWith("HEAD ") ? answer.toHead() : answer), 0, End.CLOSED);
    }

    /** Requests that are answered, and then one that is refused. */
    static WireVector refusedAfter(String name, String section, int status, String text,
            WireAnswer... answers) {
        return new WireVector(name, section, text, plus(answers, status), 0, End.CLOSED);
    }

    private static List<WireAnswer> plus(WireAnswer[] answers, int status) {
        return Stream.concat(Arrays.stream(answers), Stream.of(WireAnswer.status(status)))
                .toList();
    }

    /** Requests that are answered, the last of which turns out to have a malformed body. */
    static WireVector cutOff(String name, String section, String text, WireAnswer... answers) {
        return new WireVector(name, section, text, List.of(answers), 0, End.CUT_OFF);
    }

    /**
     * Requests that are answered, and then one that breaks off. If the client ends its side there,
     * it is refused; RFC 9112 s8 leaves that to the server.
     */
    static WireVector brokenOff(String name, String section, String text,
            WireAnswer... answers) {
        return new WireVector(name, section, text, plus(answers, 400), 0, End.BROKEN_OFF);
    }

    /** Requests that are answered, and then bytes that need no answer of their own. */
    static WireVector waiting(String name, String section, String text, WireAnswer... answers) {
        return new WireVector(name, section, text, List.of(answers), 0, End.WAITING);
    }

    /** This vector, with one 100 (Continue) allowed. */
    WireVector continued() {
        return new WireVector(name, section, text, answers, 1, end);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
