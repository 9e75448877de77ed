package io.millrace.app.run;

import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;

/**
 * What each of many clients does that mean no good.
 *
 * <p>Threads: any, immutable.
 *
 * @param name as a table has it
 * @param clients how many there are in all; one that is cut makes place for the next
 * @param bytes what each of them sends, by its number
 * @param then what it does when it has sent them
 */
record Attack(String name, long clients, LongFunction<byte[]> bytes, Then then) {

    /** What a client does when it has sent its bytes. */
    enum Then {
        /** Nothing, and it reads nothing. */
        WAIT,
        /** Sends them again, and reads what comes, as fast as it goes. */
        REPEAT,
        /** Sends one byte after the other, each a moment after the last. */
        TRICKLE,
        /** Closes its connection. */
        LEAVE
    }

    private static final int HEAD_BYTES = 16 << 10;
    /** More than a server reads ahead of its responses. */
    private static final int PIPELINED_BYTES = 512 << 10;
    private static final int REPEATED = 1000;
    private static final int READERS = 4000;
    private static final long LITTLE_HEAP_BYTES = 64 << 20;

    private static Attack same(String name, long clients, String text, Then then) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new Attack(name, clients, number -> bytes, then);
    }

    private static String get(String key) {
        return "GET /" + key + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    /** No clients at all. */
    static Attack none() {
        return same("none", 0, "", Then.WAIT);
    }

    /** Heads of 16 KB that don't end, three times as many as the heap could hold. */
    static Attack heads(String key, long heapBytes) {
        String start = get(key);
        // What fits into a head with its end, which doesn't come.
        String field = start.substring(0, start.length() - 2) + "X-Fill: ";
        return same("heads", 3 * heapBytes / HEAD_BYTES,
                field + "f".repeat(HEAD_BYTES - field.length() - 4), Then.WAIT);
    }

    /** Pipelined GETs whose responses are not read. */
    static Attack readers(String key, long heapBytes) {
        return same("readers", heapBytes < LITTLE_HEAP_BYTES ? READERS / 4 : READERS,
                get(key).repeat(PIPELINED_BYTES / get(key).length()), Then.WAIT);
    }

    /** Connections on which nothing is sent, three times as many as the server lets in. */
    static Attack silent(int mostConnections) {
        return same("silent", 3L * mostConnections, "", Then.WAIT);
    }

    /** Wishes for digests of a large object, each for another range, by clients that leave. */
    static Attack digests(String key, int clients) {
        return new Attack("digests", clients, number -> ("GET /" + key + " HTTP/1.1\r\nHost: x\r\n"
                + "Range: bytes=" + (number + 1) + "-\r\nWant-Content-Digest: sha-512=10\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII), Then.LEAVE);
    }

    /** Requests of which each is a line of log. */
    static Attack logged(String request, int clients) {
        return same("logged", clients, request, Then.REPEAT);
    }

    /** Clients that ask for a large object and don't read it. */
    static Attack stalled(String key, int clients) {
        return same("stalled", clients, get(key), Then.WAIT);
    }

    /** Clients that pipeline small GETs as fast as it goes. */
    static Attack pipelinedGets(String key, int clients) {
        return same("GETs", clients, get(key).repeat(REPEATED), Then.REPEAT);
    }

    /** Clients that pipeline PUTs of a byte as fast as it goes. */
    static Attack pipelinedPuts(String key, int clients) {
        return same("PUTs", clients, put(key, 1).concat("x").repeat(REPEATED), Then.REPEAT);
    }

    /** Clients that send a body byte by byte. */
    static Attack slowPuts(String key, int clients) {
        return new Attack("slow", clients, number -> put(key + number, 1_000_000)
                .getBytes(StandardCharsets.US_ASCII), Then.TRICKLE);
    }

    /** The head of a PUT. */
    static String put(String key, int bytes) {
        return "PUT /" + key + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes + "\r\n\r\n";
    }
}
