package io.millrace.content;

import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The validators of some content: its entity tag and the time of its last change (RFC 9110 section
 * 8.8).
 *
 * <p>Threads: any, immutable.
 *
 * @param etag with its quotes, and with {@code W/} in front if it is weak; null if there is none
 * @param modifiedSecond seconds since 1970; {@link HttpDate#NONE} if unknown
 * @since 0.1
 */
public record Validators(@Nullable String etag, long modifiedSecond) {

    static final String WEAK = "W/";

    /**
     * Within this time a file may change again and keep its time: file systems store times in
     * steps of up to 2 s.
     */
    private static final long SETTLING_MS = 3000;

    /**
     * Checks the tag.
     *
     * @throws IllegalArgumentException if it is not an entity tag (RFC 9110 section 8.8.3)
     */
    public Validators {
        if (etag != null && EntityTags.end(etag, 0) != etag.length()) {
            throw new IllegalArgumentException("invalid entity tag: " + etag);
        }
    }

    /**
     * The validators of a file: its time and its size. The tag is weak until the file's time
     * is 3 s old, because a second change might keep the time.
     */
    public static Validators of(BasicFileAttributes attributes) {
        long modifiedNs = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        long ageMs = System.currentTimeMillis() - attributes.lastModifiedTime().toMillis();
        String tag = '"' + Long.toHexString(modifiedNs) + '-'
                + Long.toHexString(attributes.size()) + '"';
        return new Validators(ageMs > SETTLING_MS ? tag : WEAK + tag,
                attributes.lastModifiedTime().to(TimeUnit.SECONDS));
    }

    /** Whether there is a tag, and it is strong: the same tag means the same bytes. */
    public boolean isStrong() {
        return etag != null && !etag.startsWith(WEAK);
    }

    /** The value of {@code Last-Modified}; null if the time is not known. */
    public @Nullable String lastModified() {
        // RFC 9110 s8.8.2.1: never later than the response's own date.
        return modifiedSecond == HttpDate.NONE ? null
                : HttpDate.format(Math.min(modifiedSecond, System.currentTimeMillis() / 1000));
    }

    /** A response with these as its {@code ETag} and {@code Last-Modified}. */
    public Response on(Response response) {
        Response result = etag == null ? response : response.set("ETag", etag);
        return modifiedSecond == HttpDate.NONE ? result
                : result.set("Last-Modified", lastModified());
    }
}
