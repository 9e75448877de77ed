package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the lists of the API.
 *
 * <p>Threads: any.
 */
final class Lists {

    private Lists() {
    }

    static S3ListPage objects(Xml root, String prefix) throws S3Exception {
        boolean isEncoded = isEncoded(root);
        List<S3Listed> objects = new ArrayList<>();
        for (Xml element : root.all("Contents")) {
            objects.add(new S3Listed(key(element.text("Key"), isEncoded, prefix),
                    number(element.text("Size")), quoted(element.text("ETag")),
                    time(element.text("LastModified"))));
        }
        List<String> prefixes = new ArrayList<>();
        for (Xml element : root.all("CommonPrefixes")) {
            prefixes.add(key(element.text("Prefix"), isEncoded, prefix));
        }
        return new S3ListPage(objects, prefixes,
                next(root, root.text("NextContinuationToken")));
    }

    static S3UploadPage uploads(Xml root, String prefix) throws S3Exception {
        boolean isEncoded = isEncoded(root);
        List<S3Upload> uploads = new ArrayList<>();
        for (Xml element : root.all("Upload")) {
            uploads.add(new S3Upload(key(element.text("Key"), isEncoded, prefix),
                    element.text("UploadId"), time(element.text("Initiated"))));
        }
        String key = next(root, root.text("NextKeyMarker"));
        return new S3UploadPage(uploads, key == null ? null : new S3UploadPage.Marker(
                decoded(key, isEncoded), root.text("NextUploadIdMarker")));
    }

    static S3PartPage parts(Xml root) throws S3Exception {
        List<S3Part> parts = new ArrayList<>();
        for (Xml element : root.all("Part")) {
            String checksum = element.text("ChecksumSHA256");
            parts.add(new S3Part((int) number(element.text("PartNumber")),
                    quoted(element.text("ETag")), number(element.text("Size")),
                    checksum.isEmpty() ? null : checksum));
        }
        String next = next(root, root.text("NextPartNumberMarker"));
        return new S3PartPage(parts, next == null ? 0 : (int) number(next));
    }

    /** The answer to a Complete, with the ETag that stands in its body. */
    static S3Answer completed(S3Answer answer, Xml root) {
        return answer.withEtag(quoted(root.text("ETag")));
    }

    private static boolean isEncoded(Xml root) {
        return root.text("EncodingType").equalsIgnoreCase("url");
    }

    /** A list that is cut off and doesn't say where would be read without an end. */
    private static String next(Xml root, String marker) throws S3Exception {
        if (!root.text("IsTruncated").equalsIgnoreCase("true")) {
            return null;
        }
        if (marker.isEmpty()) {
            throw malformed("a list is cut off and doesn't say where it goes on");
        }
        return marker;
    }

    private static String key(String text, boolean isEncoded, String prefix) throws S3Exception {
        String key = decoded(text, isEncoded);
        if (!key.startsWith(prefix)) {
            throw malformed("a list has keys that were not asked for");
        }
        return key.substring(prefix.length());
    }

    private static String decoded(String text, boolean isEncoded) throws S3Exception {
        try {
            return isEncoded ? UriText.decode(text) : text;
        } catch (IllegalArgumentException e) {
            throw malformed("a key is encoded in a way that can't be decoded");
        }
    }

    private static long number(String text) throws S3Exception {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw malformed("a number is missing or malformed");
        }
    }

    private static Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) { // a list is of use without it
            return null;
        }
    }

    /** Some engines leave the quotes out in lists that they have in the field. */
    private static String quoted(String etag) {
        return etag.isEmpty() || etag.endsWith("\"") ? etag : '"' + etag + '"';
    }

    private static S3Exception malformed(String why) {
        return new S3Exception(Kind.MALFORMED, false, "the engine's list can't be understood: "
                + why, null);
    }
}
