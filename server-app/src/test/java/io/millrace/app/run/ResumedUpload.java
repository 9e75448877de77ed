package io.millrace.app.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/**
 * One upload of a client that goes on wherever the server lets it, and believes nothing: what it
 * has been told to be there must be there for ever.
 *
 * <p>Threads: the client's; {@link #mayBeWhole} and {@link #isUnderWay} any.
 */
final class ResumedUpload {

    /** How an upload begins, and in how many requests it comes if nothing goes wrong. */
    enum Way {
        /** tus: creation, then all at once. */
        TUS,
        /** tus: creation, then several pieces. */
        TUS_PIECES,
        /** tus: the first piece comes with the creation. */
        TUS_WITH_UPLOAD,
        /** The draft: one PUT, whose URL comes in a 104. */
        DRAFT,
        /** The draft: a PUT without the end, then pieces. */
        DRAFT_PIECES;

        boolean isTus() {
            return compareTo(DRAFT) < 0;
        }
    }

    /** The server has broken a promise. */
    static final class BrokenPromise extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BrokenPromise(String what) {
            super(what);
        }
    }

    private static final String TUS = "Host: x\r\nTus-Resumable: 1.0.0\r\n";
    private static final String DRAFT = "Host: x\r\nUpload-Draft-Interop-Version: 8\r\n";

    /** Its URL comes with the response: a client with more bytes would begin again too often. */
    private static final long MOST_WITH_CREATION = 300_000;

    final StampedBody body;
    final Way way;
    private final Random random;
    /** The path and query of the upload; null as long as the client doesn't know it. */
    private volatile String location;
    /** The largest offset that the server has told. */
    private long told;
    /** Bytes that were on their way at most, of any request. */
    private volatile long sent;
    /** Once true this is always true: the server has said that the object is whole. */
    private volatile boolean ended;
    /** Whether its object may have been deleted by its client. */
    boolean isDeleted;
    private int begun;
    private int resumed;

    ResumedUpload(StampedBody body, Way way, Random random) {
        this.body = body;
        this.way = way;
        this.random = random;
    }

    /** Whether the server may have all bytes, so that the object may be there. */
    boolean mayBeWhole() {
        return sent == body.lengthBytes();
    }

    /** Whether the server knows of it, and has not got all. */
    boolean isUnderWay() {
        return location != null && !ended;
    }

    /** Bytes that the server has said to have. */
    long told() {
        return told;
    }

    /** How often it was begun: more often than once if the client never got its URL. */
    int begun() {
        return begun;
    }

    /** How often it went on where the server was. */
    int resumed() {
        return resumed;
    }

    /**
     * Goes on to the end.
     *
     * @param onHeard run when the server has told something of the upload
     * @throws IOException if the connection breaks; it goes on with the next one
     * @throws BrokenPromise if the server has lost something
     */
    void goOn(UploadConnection connection, Runnable onHeard) throws IOException {
        long offset;
        if (location == null) {
            offset = begin(connection, onHeard);
        } else {
            offset = ask(connection);
            onHeard.run();
            resumed++;
        }
        while (!ended) {
            offset = append(connection, offset);
        }
    }

    private long pieceEnd(long offset) {
        long left = body.lengthBytes() - offset;
        boolean inPieces = way == Way.TUS_PIECES || way == Way.DRAFT_PIECES;
        return offset + (inPieces && left > 1 ? 1 + random.nextLong(left) : left);
    }

    private long begin(UploadConnection connection, Runnable onHeard) throws IOException {
        begun++;
        told = 0;
        long offset = way.isTus() ? beginTus(connection) : beginDraft(connection, onHeard);
        onHeard.run();
        return offset;
    }

    private long beginTus(UploadConnection connection) throws IOException {
        int slash = body.key().lastIndexOf('/') + 1;
        String name = Base64.getEncoder().encodeToString(
                body.key().substring(slash).getBytes(StandardCharsets.UTF_8));
        boolean withUpload = way == Way.TUS_WITH_UPLOAD;
        long end = withUpload
                ? 1 + random.nextLong(Math.min(MOST_WITH_CREATION, body.lengthBytes())) : 0;
        sent = Math.max(sent, end);
        int status = connection.request("POST /" + body.key().substring(0, slash) + " HTTP/1.1\r\n"
                + TUS + "Upload-Length: " + body.lengthBytes() + "\r\nUpload-Metadata: filename "
                + name + "\r\n" + (withUpload ? "Content-Type: application/offset+octet-stream\r\n"
                : ""), body, 0, end, informed -> { });
        require(status == 201, "a creation was answered with " + status);
        located(connection);
        require(location != null, "a creation was answered without Location");
        require(!withUpload || connection.number("Upload-Offset") == end,
                "a creation with " + end + " bytes was answered with Upload-Offset "
                        + connection.field("Upload-Offset"));
        told = end;
        ended = end == body.lengthBytes();
        return end;
    }

    private long beginDraft(UploadConnection connection, Runnable onHeard)
            throws IOException {
        long end = pieceEnd(0);
        sent = Math.max(sent, end);
        int status = connection.request("PUT /" + body.key() + " HTTP/1.1\r\n" + DRAFT
                + "Upload-Length: " + body.lengthBytes() + "\r\nUpload-Complete: "
                + truth(end == body.lengthBytes()) + "\r\n", body, 0, end, informed -> {
                    located(informed);
                    onHeard.run();
                });
        // One that the client never got the URL of may have made the object.
        require(status == 201 || status == 204 && begun > 1,
                "a PUT of an upload was answered with " + status);
        located(connection);
        return appended(connection, end);
    }

    /** Takes over what a response, informational or not, tells of the upload. */
    private void located(UploadConnection connection) {
        String url = connection.field("Location");
        if (url != null && url.contains("upload=")) {
            location = url.startsWith("/") ? url : url.substring(url.indexOf('/', 8));
        }
        long offset = connection.number("Upload-Offset");
        require(offset <= sent, "offset " + offset + " was told, and " + sent + " bytes sent");
        told = Math.max(told, offset);
    }

    private static String truth(boolean value) {
        return value ? "?1" : "?0";
    }

    /** Where the server is, which is where the client goes on. */
    private long ask(UploadConnection connection) throws IOException {
        int status = connection.request("HEAD " + location + " HTTP/1.1\r\n"
                + (way.isTus() ? TUS : DRAFT));
        require(status == 200 || status == 204, "the upload is lost: HEAD was answered with "
                + status + " after " + told + " bytes");
        long offset = connection.number("Upload-Offset");
        require(offset >= told, "bytes are lost: " + told + " were told, " + offset + " are there");
        require(offset <= sent, offset + " bytes are there, and " + sent + " were sent");
        told = offset;
        ended = way.isTus() ? offset == body.lengthBytes()
                : truth(true).equals(connection.field("Upload-Complete"));
        return offset;
    }

    private long append(UploadConnection connection, long offset) throws IOException {
        long end = pieceEnd(offset);
        sent = Math.max(sent, end);
        String fields = way.isTus() ? TUS + "Content-Type: application/offset+octet-stream\r\n"
                : DRAFT + "Content-Type: application/partial-upload\r\nUpload-Complete: "
                        + truth(end == body.lengthBytes()) + "\r\n";
        int status = connection.request("PATCH " + location + " HTTP/1.1\r\n" + fields
                + "Upload-Offset: " + offset + "\r\n", body, offset, end, this::located);
        require(status == 204 || status == 201,
                "a PATCH at " + offset + " was answered with " + status);
        return appended(connection, end);
    }

    private long appended(UploadConnection connection, long end) {
        String offset = connection.field("Upload-Offset");
        require(offset != null ? offset.equals("" + end) : !way.isTus(),
                "after " + end + " bytes Upload-Offset was " + offset);
        told = end;
        ended = end == body.lengthBytes();
        require(way.isTus() || truth(ended).equals(connection.field("Upload-Complete")),
                "after " + end + " of " + body.lengthBytes() + " bytes Upload-Complete was "
                        + connection.field("Upload-Complete"));
        return end;
    }

    private void require(boolean kept, String what) {
        if (!kept) {
            throw new BrokenPromise(this + ": " + what);
        }
    }

    @Override
    public String toString() {
        return way + " of " + body.key() + " (" + body.lengthBytes() + " bytes, begun " + begun
                + ", resumed " + resumed + ", " + location + ")";
    }
}
