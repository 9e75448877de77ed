package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.WrappedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The PUT that an upload ends with: what it has of the object, and of the request at hand. */
class PutHeadTest {

    private static final Headers FIELDS = Headers.of("Content-Type", "text/plain");

    /** A request that a server has received. */
    private static final class Received extends WrappedRequest {

        private final ConnectionInfo connection = ConnectionInfo.builder().number(1, 2).build();
        private final RequestNotes notes = RequestNotes.kept();
        private final List<Runnable> gone = new ArrayList<>();
        private final List<Runnable> halfClosed = new ArrayList<>();
        private final Map<Attribute<?>, Object> attributes = new HashMap<>();

        /** What the server is asked for. */
        private final List<Object> asked = new ArrayList<>();

        Received() {
            super(Request.of("PATCH", "/a?upload=x", "Authorization", "Bearer t").withBody(7));
        }

        @Override
        public void inform(Response response) {
            asked.add(response);
        }

        @Override
        public void applicationTimeout(Duration limit) {
            asked.add(limit);
        }

        @Override
        public void stopBody() {
            asked.add("stop");
        }

        @Override
        public String authority() {
            return "example.org";
        }

        @Override
        public boolean isHttp11() {
            return false;
        }

        @Override
        public ConnectionInfo connection() {
            return connection;
        }

        @Override
        public RequestNotes notes() {
            return notes;
        }

        @Override
        public void whenGone(Runnable action) {
            gone.add(action);
        }

        @Override
        public void whenHalfClosed(Runnable action) {
            halfClosed.add(action);
        }

        @Override
        @SuppressWarnings("unchecked") // as it was put there
        public <T> T attribute(Attribute<T> attribute) {
            return (T) attributes.get(attribute);
        }

        @Override
        public <T> void attribute(Attribute<T> attribute, T value) {
            attributes.put(attribute, value);
        }
    }

    private final Received request = new Received();
    private final RequestHead put = new PutHead(request, "/b", FIELDS, 5);

    @Test
    void pathFieldsAndLengthAreTheObjects() {
        assertEquals("PUT", put.method());
        assertEquals("/b", put.path());
        assertEquals("/b", put.target());
        assertNull(put.query());
        assertSame(FIELDS, put.headers());
        assertEquals(5, put.bodyLength());
    }

    @Test
    void restIsThatOfTheRequestAtHand() {
        assertEquals("example.org", put.authority());
        assertEquals(false, put.isHttp11());
        assertSame(request.connection, put.connection());
        assertSame(request.notes, put.notes());
        Runnable gone = () -> { };
        Runnable halfClosed = () -> { };
        put.whenGone(gone);
        put.whenHalfClosed(halfClosed);
        assertSame(gone, request.gone.get(0));
        assertSame(halfClosed, request.halfClosed.get(0));
        Attribute<String> tenant = Attribute.of("tenant");
        put.attribute(tenant, "a");
        assertEquals("a", request.attribute(tenant));
        assertEquals("a", put.attribute(tenant));
    }

    @Test
    void whatAStoreAsksTheServerForIsAskedForTheRequestAtHand() {
        Response processing = Response.of(Status.PROCESSING);
        put.inform(processing);
        put.applicationTimeout(Duration.ofHours(1));
        put.stopBody();
        assertEquals(List.of(processing, Duration.ofHours(1), "stop"), request.asked);
    }

    @Test
    void rightsAreAskedForWithTheFieldsOfTheRequest() {
        RequestHead asked = PutHead.of(request, "/b");
        assertEquals("PUT /b", asked.method() + ' ' + asked.path());
        assertEquals("Bearer t", asked.headers().first("Authorization"));
        assertEquals(7, asked.bodyLength());
    }

    private static final List<String> KEPT = List.of("Content-Encoding", "Content-Language",
            "Cache-Control", "If-Match", "If-None-Match", "If-Unmodified-Since", "Repr-Digest",
            "Want-Repr-Digest", "X-OC-Mtime", "Last-Modified", "Origin", "Sec-Fetch-Mode",
            "Pragma", "Content-Disposition");

    private static Headers sent() {
        List<String> fields = new ArrayList<>(List.of("Authorization", "Bearer t", "Cookie", "c=1",
                "Content-Length", "5", "Upload-Length", "5", "X-Forwarded-For", "192.0.2.1",
                "Content-Digest", "sha-256=:AA==:", "Content-MD5", "x", "Content-Type", "a/b"));
        for (String name : KEPT) {
            fields.addAll(List.of(name, "1 of " + name, name, "2 of " + name));
        }
        return Headers.of(fields.toArray(new String[0]));
    }

    private static void assertKept(String type, Headers kept) {
        assertEquals(2 * KEPT.size() + 1, kept.size());
        assertEquals(List.of(type), kept.all("Content-Type"));
        for (String name : KEPT) {
            assertEquals(List.of("1 of " + name, "2 of " + name), kept.all(name));
        }
    }

    @Test
    void fieldsOfTheObjectAreKeptAndNoCredentials() throws Exception {
        assertKept("a/b", ObjectHeaders.ofDraft(sent()));
        assertKept("c/d", ObjectHeaders.ofTus(sent(), " c/d "));
        assertEquals(0, ObjectHeaders.ofTus(Headers.of("Content-Type", "a/b"), " ").size());
        assertEquals(0, ObjectHeaders.ofTus(Headers.of("Content-Type", "a/b"), null).size());
    }
}
