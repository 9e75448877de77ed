package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** PUTs into a bucket whose engine doesn't say what it did: only what is certain is success. */
@Timeout(120)
class DoubtfulPutTest extends FaultyPuts {

    @ParameterizedTest
    @EnumSource(Way.class)
    void responseThatIsLostBehindTheStoringIsFoundByALook(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(DoubleCall.is(way.last()), S3Fault.reset().afterStoring());
        Reply reply = put(way);
        assertEquals(204, reply.status());
        assertEquals(engine.objects().get("a").etag(), reply.fields().get("etag"));
        assertStored(way);
    }

    @ParameterizedTest // the end of an upload has four times as long
    @EnumSource(mode = Mode.EXCLUDE, names = {"PARTS", "UNKNOWN_LONG"})
    void responseThatIsLateBehindTheStoringIsFoundByALook(Way way) throws IOException {
        waitForAnswersOnlyBriefly();
        engine.place("a", "before");
        engine.next(DoubleCall.is(way.last()), S3Fault.silence().afterStoring());
        assertEquals(204, put(way).status());
        assertStored(way);
    }

    @Test
    void looksForTheOutcomeAtASilentEngineEndBeforeTheyAreRepeated() throws IOException {
        waitForAnswersOnlyBriefly();
        engine.next(DoubleCall.is("PutObject"), S3Fault.reset().afterBody());
        engine.next(9, DoubleCall.is("HeadObject"), S3Fault.silence());
        Reply reply = client.put("/a", PutClient.bytes(50), "If-None-Match", "*");
        assertEquals(502, reply.status(), reply.toString());
        long looks = engine.requests().stream().filter(DoubleCall.is("HeadObject")).count();
        assertEquals(2, looks);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void responseThatIsLostWithNothingStoredIsNoSuccess(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is(way.last()), S3Fault.reset().afterBody());
        Reply reply = put(way);
        // The end of an upload that the engine has dropped can't be made any more.
        assertEquals(way.isParted() ? 503 : 502, reply.status(), reply.toString());
        engine.heal();
        assertNotStored(way);
    }

    @Test
    void objectOfAnotherIsNotTakenForThisOne() throws IOException {
        engine.next(2, DoubleCall.is("PutObject"), S3Fault.reset().afterBody());
        engine.place("a", "another's");
        Reply reply = client.put("/a", PutClient.bytes(50));
        assertEquals(502, reply.status());
        assertTrue(reply.body().contains("HEAD"), reply.body());
    }

    @Test
    void errorWithinA200AtTheEndOfAnUploadIsNoSuccess() throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is("CompleteMultipartUpload"),
                S3Fault.errorInside("InternalError"));
        Reply reply = put(Way.UNKNOWN_LONG);
        assertTrue(reply.status() == 502 || reply.status() == 503, reply.toString());
        engine.heal();
        assertNotStored(Way.UNKNOWN_LONG);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void conflictThatLastsIs503AsNothingWasChanged(Way way) throws IOException {
        engine.place("a", "before");
        String etag = engine.objects().get("a").etag();
        engine.next(8, DoubleCall.is(way.last()),
                S3Fault.answer(409, "ConditionalRequestConflict").afterBody());
        Reply reply = put(way, "If-Match", etag);
        assertEquals(503, reply.status(), reply.toString());
        assertEquals("1", reply.fields().get("retry-after"));
        engine.heal();
        assertNotStored(way);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void conditionThatFailsAtTheEndIs412(Way way) throws IOException {
        engine.place("a", "before");
        engine.checkEarly(false);
        Reply reply = put(way, "If-Match", "\"another\"");
        assertEquals(412, reply.status());
        assertNotStored(way);
    }

    /** Ceph says so to the loser of a race. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void failureOfTheEngineWhereTheConditionIsFalseNowIs412(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(DoubleCall.is(way.last()), S3Fault.answer(500, "UnknownError").afterBody());
        engine.checkEarly(false);
        Reply reply = put(way, "If-Match", "\"another\"");
        assertEquals(412, reply.status(), reply.toString());
        assertNotStored(way);
    }
}
