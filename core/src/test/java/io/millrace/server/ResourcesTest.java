package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.codec.RequestParser;
import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResourcesTest {

    private static final String START = "GET / HTTP/1.1\r\nHost: a\r\n";

    private final Resources resources = new Resources(ServerOptions.builder().port(0).build(),
            head -> Response.text(""), new Counters(), new Completions(() -> { }));
    private final RequestParser parser = resources.borrowParser();

    /** Lets the parser read a head of so many bytes and fields, and gives it back. */
    private void readHead(int length, int fields) throws Exception {
        String head = START + "X: y\r\n".repeat(fields - 2) + "Y: ";
        head += "z".repeat(length - head.length() - 4) + "\r\n\r\n";
        parser.parse(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        resources.giveBack(parser);
    }

    @Test
    void parserOfAHeadOf4096BytesAnd64FieldsIsUsedAgain() throws Exception {
        readHead(4096, 64);
        assertSame(parser, resources.borrowParser());
    }

    @Test
    void parserOfALongerHeadIsNot() throws Exception {
        readHead(4097, 64);
        assertNotSame(parser, resources.borrowParser());
    }

    @Test
    void parserOfALongHeadWithMoreFieldsIsNot() throws Exception {
        readHead(4096, 65);
        assertNotSame(parser, resources.borrowParser());
    }

    @Test
    void noMoreThan128ParsersAreKept() {
        for (int i = 0; i < 128; i++) {
            resources.giveBack(new RequestParser(resources.limits));
        }
        resources.giveBack(parser);
        Set<RequestParser> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 128; i++) {
            kept.add(resources.borrowParser());
        }
        assertEquals(128, kept.size());
        assertFalse(kept.contains(parser), "it was one too many");
    }
}
