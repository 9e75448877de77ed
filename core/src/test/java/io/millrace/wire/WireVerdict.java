package io.millrace.wire;

import java.util.ArrayList;
import java.util.List;

/** Compares what a server sent with what a vector expects. Threads: any. */
final class WireVerdict {

    /** A last request, to see whether the connection still takes one. */
    static final String PROBE = "GET /probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    private static final WireAnswer PROBED = WireAnswer.ok("GET /probe").saying("close");

    private WireVerdict() {
    }

    /** What is wrong with the answers to the vector and the probe behind it; null if nothing. */
    static String ofProbed(WireVector vector, byte[] sent) {
        return ofProbed(vector, PROBED, sent);
    }

    /** As above, where the answer to the probe is another. */
    static String ofProbed(WireVector vector, WireAnswer probed, byte[] sent) {
        List<WireAnswer> expected = new ArrayList<>(vector.answers());
        if (vector.end() == WireVector.End.OPEN) {
            expected.add(probed);
        }
        boolean saysClose = vector.end() != WireVector.End.CUT_OFF;
        return compare(expected, vector.interims(), saysClose, sent);
    }

    /** What is wrong with the answers if the client ended its side; null if nothing. */
    static String ofHalfClosed(WireVector vector, byte[] sent) {
        boolean saysClose = switch (vector.end()) {
            case CLOSED, BROKEN_OFF -> true;
            case OPEN, CUT_OFF, WAITING -> false;
        };
        return compare(vector.answers(), vector.interims(), saysClose, sent);
    }

    /** What is wrong with the answers while the rest of the message is awaited; null if nothing. */
    static String ofAwaited(WireVector vector, byte[] sent) {
        List<WireAnswer> answers = vector.answers();
        boolean broken = vector.end() == WireVector.End.BROKEN_OFF;
        return compare(broken ? answers.subList(0, answers.size() - 1) : answers,
                vector.interims(), false, sent);
    }

    /** What is wrong with answers that are to be just these, none interim; null if nothing. */
    static String ofAnswers(List<WireAnswer> expected, byte[] sent) {
        return compare(expected, 0, false, sent);
    }

    private static String compare(List<WireAnswer> expected, int interims, boolean lastSaysClose,
            byte[] sent) {
        List<WireResponse> all;
        try {
            all = WireResponse.readAll(sent, expected.stream().map(WireAnswer::head).toList());
        } catch (WireResponse.MalformedResponseException e) {
            return e.getMessage();
        }
        List<WireResponse> got = all.stream().filter(answer -> !answer.isInterim()).toList();
        if (all.size() - got.size() > interims) {
            return "too many interim answers: " + all;
        }
        if (got.size() != expected.size()) {
            return "expected " + expected.size() + " answers, got " + got;
        }
        for (int i = 0; i < got.size(); i++) {
            boolean last = i == got.size() - 1;
            String fault = compare(expected.get(i), got.get(i), last, lastSaysClose);
            if (fault != null) {
                return "answer " + (i + 1) + " of " + got.size() + ": " + fault + ", got " + got;
            }
        }
        return null;
    }

    private static String compare(WireAnswer expected, WireResponse got, boolean last,
            boolean lastSaysClose) {
        if (!expected.allows(got.status())) {
            return "expected " + expected.status();
        }
        String body = expected.body();
        if (body != null && (expected.head() ? got.length() != body.length()
                : !got.body().equals(body))) {
            return "expected '" + body + "'";
        }
        // RFC 9112 s9.6: who is going to close says so, and nobody else.
        String connection = got.first("Connection");
        String promised = last && lastSaysClose ? "close" : expected.connection();
        boolean kept = promised == null ? connection == null : promised.equals(connection);
        return kept ? null : "expected Connection " + promised;
    }
}
