package io.millrace.resume;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Raw bytes to a server and back. What differs each time is replaced in the responses: the names of
 * uploads by NAME, dates by DATE, entity tags by TAG.
 */
final class UploadClient implements AutoCloseable {

    private static final int TIMEOUT_MS = 60_000;
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");
    private static final Pattern NAME = Pattern.compile("\\?upload=([A-Za-z0-9_-]{22,})");

    private final Socket socket = new Socket();
    private final InputStream in;
    /** The name of the upload that a response told last; null as long as there was none. */
    private String name;

    UploadClient(InetSocketAddress server) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(server, TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends lines that end with a line feed, which becomes CRLF up to the first empty line. */
    UploadClient send(String request) throws IOException {
        int end = request.indexOf("\n\n");
        String head = end < 0 ? request : request.substring(0, end + 2);
        String body = request.substring(head.length());
        return sendRaw(head.replace("\n", "\r\n") + body);
    }

    UploadClient sendRaw(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** The next response, with its body unless it is one to HEAD. */
    String answer() throws IOException {
        String head = head();
        Matcher length = LENGTH.matcher(head);
        byte[] body = new byte[0];
        if (length.find()) {
            body = in.readNBytes(Integer.parseInt(length.group(1)));
        }
        return stable(head) + new String(body, StandardCharsets.ISO_8859_1);
    }

    /** The next response to HEAD. */
    String headAnswer() throws IOException {
        return stable(head());
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the server left after \"" + head + "\"");
            }
            head.append((char) b);
        }
        Matcher found = NAME.matcher(head);
        if (found.find()) {
            name = found.group(1);
        }
        return head.toString();
    }

    private String stable(String head) {
        return NAME.matcher(head.replace("\r\n", "\n")).replaceAll("?upload=NAME")
                .replaceAll("Date: .*\n", "")
                .replaceAll("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT", "DATE")
                .replaceAll("ETag: .*\n", "ETag: TAG\n");
    }

    /** The name of the upload that was told last. */
    String name() {
        return name;
    }

    UploadClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** All that still comes until the server closes the connection. */
    String rest() throws IOException {
        return stable(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
