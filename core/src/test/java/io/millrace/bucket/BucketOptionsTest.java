package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.option.OptionException;
import io.millrace.tree.KeyPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketOptionsTest {

    private static BucketOptions of(String url) {
        return BucketOptions.builder(url).build();
    }

    @Test
    void urlNamesEndpointBucketAndPrefix() {
        BucketOptions options = of("https://s3.eu-west-1.amazonaws.com/data/team/a%20b");
        assertEquals("data", options.place().bucket());
        assertEquals("team/a b/", options.place().prefix());
        assertEquals("eu-west-1", options.place().region());
        assertEquals("us-east-1", of("http://localhost:9000/bb").place().region());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost/bb", "https://localhost/", "https://localhost",
        "ftp://localhost/bb", "https://id:secret@localhost/bb", "https://localhost/bb?x=secret"})
    void urlThatNamesNoBucketIsRefusedAndNoSecretInItIsShown(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> of(url)).getMessage();
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void regionThatIsNoNameIsRefusedByItsOption() {
        OptionException e = assertThrows(OptionException.class,
                () -> BucketOptions.builder("http://localhost:1/bb").region("eu west").build());
        assertEquals("region", e.option().name());
        assertEquals("eu-west-1", BucketOptions.builder("http://localhost:1/bb")
                .region("eu-west-1").build().place().region());
    }

    @Test
    void keyMayHaveWhatTheApiTakesAndThePrefixLeaves() throws HttpException {
        BucketOptions options = of("http://localhost:1/bb/four/");
        String longest = "x".repeat(1024 - "four/".length());
        assertEquals(longest, KeyPath.of('/' + longest, options.keyLimits()).key().name());
        assertThrows(HttpException.class,
                () -> KeyPath.of('/' + longest + 'x', options.keyLimits()));
        String deepest = "x/".repeat(509) + "x";
        assertEquals(deepest, KeyPath.of('/' + deepest, options.keyLimits()).key().name());
    }

    @Test
    void prefixThatLeavesNoKeyIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> of("http://localhost:1/bb/" + "x".repeat(1023)));
        assertEquals(1, of("http://localhost:1/bb/" + "x".repeat(1022)).keyLimits().maxBytes());
    }

    @Test
    void buffersHoldAPartAtLeast() {
        BucketOptions options = BucketOptions.builder("http://localhost:1/bb")
                .partBytes(64 << 20).bufferBytes(64 << 20).build();
        assertEquals(64 << 20, options.bufferBytes());
        OptionException e = assertThrows(OptionException.class,
                () -> BucketOptions.builder("http://localhost:1/bb").partBytes(64 << 20)
                        .bufferBytes((64 << 20) - 1).build());
        assertTrue(e.getMessage().contains("partBytes"), e.getMessage());
    }

    @Test
    void putStatusIs0Or200() {
        assertThrows(OptionException.class,
                () -> BucketOptions.builder("http://localhost:1/bb").putStatus(100).build());
    }
}
