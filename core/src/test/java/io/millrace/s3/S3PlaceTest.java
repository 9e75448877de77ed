package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a bucket is, by its URL, and what keys may be. */
class S3PlaceTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "https://e/bucket, '', us-east-1, https://e/bucket/k",
        "https://e/bucket/, '', us-east-1, https://e/bucket/k",
        "HTTPS://E:443/bucket/p, p/, us-east-1, https://e/bucket/p/k",
        "http://e:9000/b.1-2_c/p/q/, p/q/, us-east-1, http://e:9000/b.1-2_c/p/q/k",
        "http://[::1]:9000/bucket/, '', us-east-1, http://[::1]:9000/bucket/k",
        "https://e/bucket/a%20b/, a b/, us-east-1, https://e/bucket/a%20b/k",
        "https://s3.amazonaws.com/bucket/, '', us-east-1, https://s3.amazonaws.com/bucket/k",
        "https://s3.eu-west-1.amazonaws.com/bucket/, '', eu-west-1,"
                + " https://s3.eu-west-1.amazonaws.com/bucket/k",
        "https://s3-eu-west-1.amazonaws.com/bucket/, '', eu-west-1,"
                + " https://s3-eu-west-1.amazonaws.com/bucket/k",
        "https://s3.dualstack.ap-northeast-1.amazonaws.com/bucket/, '', ap-northeast-1,"
                + " https://s3.dualstack.ap-northeast-1.amazonaws.com/bucket/k",
        "https://s3.cn-north-1.amazonaws.com.cn/bucket/, '', cn-north-1,"
                + " https://s3.cn-north-1.amazonaws.com.cn/bucket/k"})
    void placeOfAUrl(String url, String prefix, String region, String ofKey) {
        S3Place place = S3Place.of(url, null, false);
        assertEquals(prefix, place.prefix());
        assertEquals(region, place.region());
        assertEquals(ofKey, place.uri(place.path("k"), "").toString());
    }

    @Test
    void hostStyleHasTheBucketInTheHost() {
        S3Place place = S3Place.of("https://s3.eu-west-1.amazonaws.com/bucket/p/", null, true);
        assertEquals("https://bucket.s3.eu-west-1.amazonaws.com/p/k?a=b",
                place.uri(place.path("k"), "a=b").toString());
        assertEquals("https://bucket.s3.eu-west-1.amazonaws.com/",
                place.uri(place.path(null), "").toString());
        assertEquals("bucket.s3.eu-west-1.amazonaws.com", place.authority());
        assertEquals("https://s3.eu-west-1.amazonaws.com/bucket/p/", place.toString());
    }

    @Test
    void bucketOfAwsIsMovedToAnotherRegion() {
        S3Place place = S3Place.of("https://s3.amazonaws.com/bucket/p/", null, false);
        assertTrue(place.isAws());
        assertEquals("https://s3.eu-west-1.amazonaws.com/bucket/p/",
                place.in("eu-west-1").toString());
        assertEquals("eu-west-1", place.in("eu-west-1").region());
        assertFalse(S3Place.of("https://s3.amazonaws.com.example/bucket", null, false).isAws());
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://e/bucket, must begin with https://",
        "bucket, must begin with https://",
        "https://id:secret@e/bucket, keys don't belong in the bucket's URL",
        "https:///bucket, no valid host",
        "https://e_1/bucket, no valid host",
        "https://e/, names no valid bucket",
        "https://e, names no valid bucket",
        "https://e/b, names no valid bucket",
        "https://e/b%20c/, names no valid bucket",
        "https://e/bucket?x, can't have a query",
        "https://e/bucket#x, can't have a query or a fragment",
        "https://e/bucket//x/, can't have empty segments",
        "https://e/bucket/../, can't have empty segments",
        "https://e/bucket/./x/, can't have empty segments",
        "https://e/bucket/a%2Fb/, can't have empty segments",
        "https://e/bucket/%2Fb/, can't have empty segments",
        "https://e/bucket/%ff/, not valid UTF-8",
        "https://e/buc ket/, malformed at character"})
    void urlThatIsNoneIsRefusedWithoutItsSecret(String url, String why) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> S3Place.of(url, null, false)).getMessage();
        assertTrue(message.contains(why), message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:9000/bucket", "https://[::1]/bucket"})
    void addressHasNoHostStyle(String url) {
        assertThrows(IllegalArgumentException.class, () -> S3Place.of(url, null, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "é"})
    void regionThatIsNoneIsRefused(String region) {
        assertThrows(IllegalArgumentException.class,
                () -> S3Place.of("https://e/bucket", region, false));
    }

    @Test
    void keysShowTheBeginningOfTheirIdAndNothingElse() {
        S3Keys keys = new S3Keys("AKIAIOSFODNN7EXAMPLE", "wJalr", "FwoG");
        assertEquals("AKIA...", keys.toString());
        assertEquals("...", new S3Keys("AKIA", "x", null).toString());
        assertEquals("got (secret) and (token)", keys.hideIn("got wJalr and FwoG"));
    }

    @ParameterizedTest
    @CsvSource({"'', s, t", "i, '', t", "i, s, ''", "i j, s, t", "i, 's\n', t", "i, s, té",
        "i, s, 't\u007f'"})
    void keysThatCantBeSentAreRefusedUnseen(String id, String secret, String token) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new S3Keys(id, secret, token)).getMessage();
        assertTrue(message.endsWith("must be visible ASCII characters without spaces"), message);
    }

    @ParameterizedTest
    @CsvSource({"Host, x", "authorization, x", "Content-Length, 1", "Expect, x", "X-Amz-Date, x",
        "x-amz-meta-a, é", "x-amz-meta-a, '\u007f'", "x-amz-meta-a, 'a\r\nb'"})
    void fieldThatIsTheClientsOwnOrNoAsciiIsRefused(String name, String value) {
        assertThrows(IllegalArgumentException.class,
                () -> FieldNames.add(new TreeMap<>(), name, value));
    }

    @Test
    void fieldThatIsThereTwiceIsRefused() {
        Map<String, String> fields = new TreeMap<>();
        FieldNames.add(fields, "If-Match", " \"e\" ");
        assertEquals(Map.of("if-match", "\"e\""), fields);
        assertThrows(IllegalArgumentException.class,
                () -> FieldNames.add(fields, "if-match", "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1001})
    void pageOfAListHas1To1000Keys(int keys) {
        S3ListQuery.of("").atMost(1).atMost(1000);
        assertThrows(IllegalArgumentException.class, () -> S3ListQuery.of("").atMost(keys));
    }

    private static S3Settings settings(Duration... times) {
        return new S3Settings(times[0], times[1], times[2], times[3], times[4], times[5], 1, 1,
                "a~ b");
    }

    @Test
    void eachTimeIsAMillisecondToADay() {
        Duration[] most = new Duration[6];
        Arrays.fill(most, Duration.ofDays(1));
        settings(most);
        for (int i = 0; i < most.length; i++) {
            for (Duration wrong : List.of(Duration.ofNanos(999_999),
                    Duration.ofDays(1).plusNanos(1))) {
                Duration[] times = most.clone();
                times[i] = wrong;
                assertThrows(IllegalArgumentException.class, () -> settings(times));
            }
        }
    }

    @Test
    void eachSettingIsSetByItself() {
        Duration[] times = new Duration[6];
        for (int i = 0; i < times.length; i++) {
            times[i] = Duration.ofSeconds(i + 1);
        }
        times[2] = times[1].multipliedBy(4);
        assertEquals(settings(times), S3Settings.DEFAULTS.connectTimeout(times[0])
                .answerTimeout(times[1]).continueTimeout(times[3]).progressTimeout(times[4])
                .retryTimeout(times[5]).maxAttempts(1).maxRequests(1).agent("a~ b"));
    }

    @Test
    void placeTellsItsBucketAndWhetherThereIsTls() {
        S3Place place = S3Place.of("https://h/bucket/p", null, false);
        assertTrue(place.isTls());
        assertEquals("bucket", place.bucket());
        assertFalse(S3Place.of("http://h/bucket", null, false).isTls());
    }

    @Test
    void settingsHaveRanges() {
        S3Settings settings = S3Settings.DEFAULTS.maxAttempts(1).maxAttempts(100).maxRequests(1)
                .connectTimeout(Duration.ofMillis(1));
        for (Runnable wrong : List.<Runnable>of(() -> settings.maxAttempts(0),
                () -> settings.maxAttempts(101), () -> settings.maxRequests(0),
                () -> settings.connectTimeout(Duration.ofNanos(999_999)),
                () -> settings.retryTimeout(Duration.ofDays(1).plusNanos(1)),
                () -> settings.agent(" "), () -> settings.agent("a\nb"))) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
    }
}
