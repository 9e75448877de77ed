package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as a strict client sees it. Immutable.
 *
 * @param status the status code
 * @param fields names and values in turn
 * @param body a character a byte
 * @param head whether it answers HEAD, so that there is no body whatever the length says
 */
record WireResponse(int status, List<String> fields, String body, boolean head) {

    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.1 ([1-5][0-9][0-9]) [\\t -~]*");
    private static final Pattern FIELD_LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([!-~]([\\t -~]*[!-~])?)?");
    private static final Pattern DATE = Pattern.compile(
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] "
            + "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
            + "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT");

    /** What a server may not send. */
    static final class MalformedResponseException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        MalformedResponseException(String message) {
            super(message);
        }
    }

    /** Tells answers to HEAD, in which nothing says that they are. */
    @FunctionalInterface
    private interface HeadTest {
        /** Whether the answer answers HEAD, given how many final ones came before it. */
        boolean answersHead(WireResponse answer, int before, boolean isEnd);
    }

    /**
     * Reads all answers of a connection, interim ones among them.
     *
     * @param heads whether each request was HEAD; those beyond the list were not
     * @throws MalformedResponseException if they are not what RFC 9112 lets a server send, or break
     *     off
     */
    static List<WireResponse> readAll(byte[] bytes, List<Boolean> heads) {
        return readAll(bytes, (answer, before, isEnd) ->
                before < heads.size() && heads.get(before));
    }

    /**
     * Reads all answers of {@link EchoHandler} to requests that nobody knows: those to HEAD have
     * its mark, or are the server's own refusal at the end.
     *
     * @throws MalformedResponseException as above
     */
    static List<WireResponse> readAll(byte[] bytes) {
        return readAll(bytes, (answer, before, isEnd) ->
                answer.first(EchoHandler.HEAD_MARK) != null
                        || isEnd && answer.status >= 400 && answer.length() > 0);
    }

    private static List<WireResponse> readAll(byte[] bytes, HeadTest test) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<WireResponse> responses = new ArrayList<>();
        int finals = 0;
        int at = 0;
        while (at < text.length()) {
            int headEnd = text.indexOf("\r\n\r\n", at);
            if (headEnd < 0) {
                throw new MalformedResponseException("an answer breaks off in its head: "
                        + text.substring(at));
            }
            WireResponse head = readHead(text.substring(at, headEnd));
            int bodyStart = headEnd + 4;
            boolean toHead = !head.isInterim()
                    && test.answersHead(head, finals, bodyStart == text.length());
            int bodyEnd = bodyStart + (toHead || head.isBodiless() ? 0 : head.length());
            if (bodyEnd > text.length()) {
                throw new MalformedResponseException("an answer breaks off in its body: "
                        + text.substring(at));
            }
            responses.add(new WireResponse(head.status, head.fields,
                    text.substring(bodyStart, bodyEnd), toHead));
            finals += head.isInterim() ? 0 : 1;
            at = bodyEnd;
        }
        return responses;
    }

    private static WireResponse readHead(String head) {
        String[] lines = head.split("\r\n", -1);
        Matcher statusLine = STATUS_LINE.matcher(lines[0]);
        check(statusLine.matches(), "a malformed status line", head);
        List<String> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD_LINE.matcher(lines[i]);
            check(field.matches(), "a malformed field line", head);
            fields.add(field.group(1));
            fields.add(field.group(2) == null ? "" : field.group(2));
        }
        WireResponse response =
                new WireResponse(Integer.parseInt(statusLine.group(1)), fields, "", false);
        response.checkFields(head);
        return response;
    }

    // RFC 9110 s6.6.1: Date. RFC 9110 s8.6, RFC 9112 s6: which answers have a length.
    private void checkFields(String head) {
        check(all("Transfer-Encoding").isEmpty(), "a transfer coding without need", head);
        check(all("Connection").size() <= 1, "two Connection fields", head);
        int lengths = all("Content-Length").size();
        if (isInterim()) {
            check(fields.isEmpty(), "an interim answer with fields", head);
        } else {
            check(all("Date").size() == 1 && DATE.matcher(first("Date")).matches(),
                    "no Date, or more than one, or a malformed one", head);
            check(lengths == (status == 204 || status == 304 ? 0 : 1),
                    "not one Content-Length, or one too many", head);
        }
        if (lengths == 1) {
            check(first("Content-Length").matches("0|[1-9][0-9]*"), "a malformed length", head);
        }
    }

    private static void check(boolean wellFormed, String fault, String head) {
        if (!wellFormed) {
            throw new MalformedResponseException(fault + ": " + head);
        }
    }

    private boolean isBodiless() {
        return isInterim() || status == 204 || status == 304;
    }

    /** The value of Content-Length. */
    int length() {
        return Integer.parseInt(first("Content-Length"));
    }

    boolean isInterim() {
        return status < 200;
    }

    /** The value of a field; null if there is none. */
    String first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? null : values.get(0);
    }

    private List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }

    /** All of it that may not depend on when and how the request arrived. */
    @Override
    public String toString() {
        String connection = first("Connection");
        return status + (connection == null ? "" : " " + connection) + (head ? " head" : "")
                + " '" + body.replace("\n", "\\n") + "'";
    }
}
