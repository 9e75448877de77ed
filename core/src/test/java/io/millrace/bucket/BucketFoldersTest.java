package io.millrace.bucket;

import static io.millrace.s3.DoubleCall.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PUT and DELETE of folders, which are what keys begin with. */
class BucketFoldersTest {

    private S3Double engine;
    private BucketStore store;

    @BeforeEach
    void start() throws Exception {
        engine = S3Double.start();
        store = open(BucketOptions.builder(engine.url()));
        engine.forget();
    }

    private BucketStore open(BucketOptions.Builder options) throws Exception {
        return BucketStore.open(options.maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build());
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        engine.close();
    }

    private Response send(String method, String target, String... fields) throws Exception {
        Response response = (Response) store.handle(Request.of(method, target, fields));
        return response.stage() == null ? response
                : response.stage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Response put(String target, String... fields) throws Exception {
        String[] all = new String[fields.length + 2];
        System.arraycopy(fields, 0, all, 0, fields.length);
        all[fields.length] = "Content-Length";
        all[fields.length + 1] = "0";
        return send("PUT", target, all);
    }

    private static int code(Response response) {
        return response.status().code();
    }

    @Test
    void emptyFolderIsAnEmptyObjectWhoseKeyEndsInASlash() throws Exception {
        Response made = put("/d%20e/");
        assertEquals(201, code(made));
        assertEquals("/d%20e/", made.headers().first("Location"));
        assertEquals(0, engine.objects().get("d e/").length());
        assertEquals(204, code(put("/d%20e/")));
    }

    @Test
    void folderThatIsThereByWhatIsInItGetsItsOwnObjectSoThatItStays() throws Exception {
        engine.place("d/a", "text");
        assertEquals(204, code(put("/d/")));
        assertTrue(engine.objects().containsKey("d/"));
    }

    @Test
    void emptyFolderGoesAndAFullOneStays() throws Exception {
        put("/d/");
        engine.place("d/a", "text");
        assertEquals(409, code(send("DELETE", "/d/")));
        assertTrue(engine.objects().containsKey("d/"));
        send("DELETE", "/d/a");
        assertEquals(204, code(send("DELETE", "/d/")));
        assertEquals(404, code(send("DELETE", "/d/")));
    }

    @Test
    void folderWithoutAnObjectOfItsOwnIsFullAsLongAsItIsThere() throws Exception {
        engine.place("d/e/a", "text");
        assertEquals(409, code(send("DELETE", "/d/")));
    }

    @Test
    void objectOfThatNameIsWhatThePathLeadsTo() throws Exception {
        engine.place("a", "text");
        for (Response response : new Response[] {put("/a/"), send("DELETE", "/a/?x"),
            send("PUT", "/a/", "Content-Length", "0")}) {
            assertEquals(308, code(response));
        }
        assertEquals("/a?x", send("DELETE", "/a/?x").headers().first("Location"));
        assertEquals(Map.of("a", "text").keySet(), engine.objects().keySet());
    }

    @Test
    void conditionsAreThoseOfAFolderWithoutAnEntityTag() throws Exception {
        assertEquals(412, code(put("/d/", "If-Match", "*")));
        assertEquals(201, code(put("/d/", "If-None-Match", "*")));
        assertEquals(412, code(put("/d/", "If-None-Match", "*")));
        assertEquals(412, code(send("DELETE", "/d/", "If-Match", "\"x\"")));
        assertTrue(engine.objects().containsKey("d/"));
    }

    @Test
    void folderThatAnotherNodeHasMadeMeanwhileIsNotNew() throws Exception {
        engine.next(is("PutObject"), S3Fault.answer(412, "PreconditionFailed"));
        assertEquals(412, code(put("/d/", "If-None-Match", "*")));
        assertFalse(engine.objects().containsKey("d/"));
    }

    @Test
    void folderThatIsThereAfterTheEngineBrokeOffWasMade() throws Exception {
        engine.next(is("PutObject"), S3Fault.reset().afterStoring());
        assertEquals(201, code(put("/d/")));
    }

    @Test
    void folderThatIsNotThereAfterTheEngineBrokeOffMayStillBeMade() throws Exception {
        engine.next(is("PutObject"), S3Fault.reset());
        assertEquals(502, code(put("/d/")));
    }

    @Test
    void folderThatIsGoneAfterTheEngineBrokeOffWasRemoved() throws Exception {
        put("/d/");
        engine.next(is("DeleteObject"), S3Fault.reset().afterStoring());
        assertEquals(204, code(send("DELETE", "/d/")));
    }

    @Test
    void statusIsTheOneThatTheOptionsOrTheClientAskFor() throws Exception {
        assertEquals(200, code(put("/d/", "Prefer", "return=representation")));
        store.close();
        store = open(BucketOptions.builder(engine.url()).putStatus(200));
        assertEquals(200, code(put("/e/")));
    }
}
