package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.http.Request;
import io.millrace.listing.ListingQuery;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3Listed;
import io.millrace.tree.KeyLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a listing makes of the pages of an engine. */
class BucketListingPagesTest {

    private static final Pattern NAME = Pattern.compile("\\{\"name\":\"(.*?)\"");

    private static S3Listed object(String key) {
        return new S3Listed(key, 1, "\"e\"", Instant.EPOCH);
    }

    /** The first piece that is sent of a folder; null if there is none. */
    private static byte[] piece(String prefix, S3ListPage... pages) throws Exception {
        return new BucketListing(query -> CompletableFuture.completedFuture(
                pages[query.continuation() == null ? 0 : Integer.parseInt(query.continuation())]),
                KeyLimits.DEFAULTS, prefix,
                ListingQuery.of(Request.of("GET", "/?format=json"), null), () -> { })
                .first(1 << 20).join();
    }

    private static List<String> names(byte[] piece) {
        return NAME.matcher(new String(piece, StandardCharsets.UTF_8)).results()
                .map(name -> name.group(1)).toList();
    }

    @Test
    void folderThatIsOnTwoPagesIsListedOnce() throws Exception {
        assertEquals(List.of("d", "e"), names(piece("",
                new S3ListPage(List.of(), List.of("d/"), "1"),
                new S3ListPage(List.of(object("e")), List.of("d/"), null))));
    }

    @Test
    void objectsAndFoldersAreInTheOrderOfTheirBytes() throws Exception {
        assertEquals(List.of("\ue000", "\ud83d\ude00"), names(piece("", new S3ListPage(
                List.of(object("\ue000")), List.of("\ud83d\ude00/"), null))));
    }

    @Test
    void folderIsThereThatHasOnlyFolders() throws Exception {
        assertNotNull(piece("d/", new S3ListPage(List.of(), List.of("d/e/"), null)));
        assertNull(piece("d/", new S3ListPage(List.of(), List.of(), null)));
    }
}
