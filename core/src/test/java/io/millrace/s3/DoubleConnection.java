package io.millrace.s3;

import io.millrace.http.HttpDate;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One connection to the double, and the requests on it. Threads: its own. */
final class DoubleConnection implements Runnable {

    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_FIELDS = 200;
    private static final int BUFFER = 64 * 1024;
    private static final int LINGER_MS = 2_000;

    private final S3Double owner;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private DoubleCall call;
    private S3Fault fault;
    private long paced;

    DoubleConnection(S3Double owner, Socket socket) throws IOException {
        this.owner = owner;
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
    }

    @Override
    public void run() {
        try {
            while (exchange()) {
                call = null;
            }
        } catch (IOException e) {
            if (call != null && call.status() == 0) {
                call.left();
            }
            owner.calls().changed();
        } finally {
            owner.closed(socket);
        }
    }

    /** One request and its answer; false once the connection has ended. */
    private boolean exchange() throws IOException {
        call = readHead();
        if (call == null) {
            return false;
        }
        fault = owner.calls().began(call);
        paced = 0;
        boolean whole = false;
        DoubleAnswer answer;
        try {
            owner.settings().delay();
            act(S3Fault.At.HEAD);
            DoubleSignature signature = owner.settings().check(call);
            owner.operations().checkHead(call, fault.twist != S3Fault.Twist.NO_CONDITIONS);
            sayContinue();
            DoubleBody body = DoubleBody.receive(in, call, signature, owner.settings().keptBytes,
                    this::received);
            whole = true;
            act(S3Fault.At.BODY);
            answer = owner.operations().answer(call, body, fault);
            act(S3Fault.At.STORED);
        } catch (DoubleRefusal e) {
            answer = e.answer();
        } catch (DoubleReset e) {
            return false;
        }
        boolean keeps = whole || !hasBody();
        write(answer, keeps);
        if (!keeps) {
            linger();
        }
        return keeps;
    }

    private boolean hasBody() {
        return call.has("transfer-encoding") || call.has("content-length")
                && !call.field("content-length").equals("0");
    }

    private DoubleCall readHead() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ");
        if (words.length != 3 || !words[1].startsWith("/") || !words[2].equals("HTTP/1.1")) {
            throw new IOException("not a request line: " + line);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field = line(); !"".equals(field); field = line()) {
            int colon = field == null ? -1 : field.indexOf(':');
            if (colon < 1 || fields.size() == MAX_FIELDS) {
                throw new IOException("not a field line: " + field);
            }
            String name = field.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.merge(name, field.substring(colon + 1).trim(), (a, b) -> a + ',' + b);
        }
        return new DoubleCall(words[0], words[1], fields, owner.bucket());
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 && line.length() == 0) {
                return null;
            }
            if (c < 0 || line.length() == MAX_LINE) {
                throw new EOFException("no end of a line");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private void sayContinue() throws IOException {
        if (call.expectsContinue() && owner.settings().continues
                && fault.twist != S3Fault.Twist.NO_CONTINUE) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private void received(long bytes) throws IOException, DoubleRefusal {
        if (bytes >= fault.bytes) {
            act(S3Fault.At.BYTES);
        }
        owner.settings().keepPace(bytes - paced);
        paced = bytes;
    }

    private void act(S3Fault.At at) throws IOException, DoubleRefusal {
        if (fault.at != at) {
            return;
        }
        S3Fault now = fault;
        switch (now.act) {
            case ANSWER:
                throw new DoubleRefusal((now.body == null
                        ? DoubleAnswer.error(now.status, now.code, "asked for by a test", Map.of())
                        : DoubleAnswer.text(now.status, "text/html", now.body)).fields(now.fields));
            case RESET:
                socket.setSoLinger(true, 0);
                socket.close();
                throw new DoubleReset();
            case CLOSE:
                throw new DoubleReset();
            case SILENCE:
                silence();
                break;
            case STALL:
                owner.awaitClose();
                throw new DoubleReset();
            case HOLD:
                DoubleSettings.hold(now.until);
                break;
            default:
                break;
        }
    }

    /** Ends once the client has left. */
    private void silence() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        throw new EOFException("the client left");
    }

    private void write(DoubleAnswer rightAnswer, boolean keeps) throws IOException {
        DoubleAnswer answer = fault.twist == S3Fault.Twist.ONE_BYTE_WRONG
                ? rightAnswer.withOneByteWrong() : rightAnswer;
        twist(answer);
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(answer.status)
                .append(' ').append(answer.status < 300 ? "OK" : "Not").append("\r\n");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Date", HttpDate.format(owner.settings().now().getEpochSecond()));
        fields.put("x-amz-request-id", S3Double.REQUEST_ID);
        if (answer.status != 204 && answer.status != 304) {
            fields.put("Content-Length", Long.toString(answer.length));
        }
        if (!keeps) {
            fields.put("Connection", "close");
        }
        fields.putAll(answer.fields);
        fields.forEach((name, value) -> head.append(name).append(": ").append(value)
                .append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        // Whoever has read the answer finds its status in the log.
        call.answered(answer.status);
        owner.calls().changed();
        if (!call.method().equals("HEAD") && answer.status != 204 && answer.status != 304) {
            writeBody(answer);
        }
        out.flush();
    }

    private void writeBody(DoubleAnswer answer) throws IOException {
        boolean half = fault.twist == S3Fault.Twist.HALF_BODY
                || fault.twist == S3Fault.Twist.HALF_THEN_SILENCE;
        long left = half ? answer.length / 2 : answer.length;
        byte[] zeros = answer.body == null ? new byte[BUFFER] : null;
        for (long sent = 0; sent < left;) {
            int count = (int) Math.min(BUFFER, left - sent);
            out.write(zeros == null ? answer.body : zeros, zeros == null ? (int) sent : 0, count);
            sent += count;
            owner.settings().keepPace(count);
        }
        if (half) {
            out.flush();
            if (fault.twist == S3Fault.Twist.HALF_THEN_SILENCE) {
                silence();
            }
            throw new EOFException("half a body, as a test asks for");
        }
    }

    private void twist(DoubleAnswer answer) {
        switch (fault.twist) {
            case WRONG_ETAG:
                answer.fields.replace("ETag", "\"00000000000000000000000000000000\"");
                break;
            case NO_ETAG:
                answer.fields.remove("ETag");
                break;
            case WRONG_CHECKSUM:
                answer.fields.replaceAll((name, value) -> name.startsWith("x-amz-checksum-")
                        && !name.endsWith("-type") ? value.replaceAll("[B-Zb-z0-9]", "A") : value);
                break;
            default:
                break;
        }
    }

    /** A refusal arrives, though the client is still sending. */
    private void linger() throws IOException {
        try {
            socket.shutdownOutput();
            socket.setSoTimeout(LINGER_MS);
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException | SocketException | UnsupportedOperationException e) {
            // The client has had its time, or has gone; TLS of old has no half-close.
        }
    }

    /** A connection that ends as a test wants it to. */
    private static final class DoubleReset extends IOException {

        private static final long serialVersionUID = 1;
    }
}
