package io.millrace.content;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * Content in memory that stays the same, as a handler for GET and HEAD: whole or in ranges, with a
 * strong entity tag and the conditions of the request (RFC 9110 sections 8, 13 and 14).
 *
 * <pre>{@code
 * Handler logo = FixedContent.resource(App.class, "/logo.png");
 * }</pre>
 *
 * <p>The tag is made of the bytes, so that it is the same on every node and after every start.
 *
 * <p>Threads: any, immutable. Nothing here blocks but {@link #resource}.
 *
 * @since 0.1
 */
public final class FixedContent implements Handler {

    /** Enough that no two contents have the same tag. */
    private static final int TAG_BYTES = 16;

    private final Response whole;
    private final Validators validators;

    private FixedContent(Response whole, Validators validators) {
        this.whole = whole;
        this.validators = validators;
    }

    /**
     * Content of given bytes.
     *
     * @param bytes not copied; must not change any more
     * @param mediaType the value of {@code Content-Type}
     */
    public static FixedContent of(byte[] bytes, String mediaType) {
        return of(bytes, Response.of(Status.OK).set("Content-Type", mediaType));
    }

    /**
     * Content of given bytes, with given header fields.
     *
     * @param bytes not copied; must not change any more
     * @param fields what the response is but for its body and validators, with a {@code
     *     Content-Type}
     * @throws IllegalArgumentException if {@code fields} is not a 200
     */
    public static FixedContent of(byte[] bytes, Response fields) {
        return of(bytes, fields, HttpDate.NONE);
    }

    /**
     * Content of given bytes, with given header fields and the time of its last change.
     *
     * @param bytes not copied; must not change any more
     * @param fields what the response is but for its body and validators, with a {@code
     *     Content-Type}
     * @throws IllegalArgumentException if {@code fields} is not a 200
     */
    public static FixedContent of(byte[] bytes, Response fields, Instant modified) {
        return of(bytes, fields, modified.getEpochSecond());
    }

    private static FixedContent of(byte[] bytes, Response fields, long modifiedSecond) {
        if (fields.status().code() != Status.OK.code()) {
            throw new IllegalArgumentException("the status must be 200: " + fields.status());
        }
        Validators validators = new Validators(tag(bytes), modifiedSecond);
        return new FixedContent(
                ContentResponse.validated(fields.with(Body.of(bytes)), validators), validators);
    }

    /**
     * A resource on the class path, read now, with the media type of its name.
     *
     * @param anchor a class of the application, whose class loader and module have the resource
     * @param name as in {@link Class#getResource}: with a slash in front from the root, otherwise
     *     from the package of {@code anchor}
     * @throws FileNotFoundException if there is no such resource, or it is in a package that its
     *     module doesn't open
     * @throws IOException if it can't be read
     */
    public static FixedContent resource(Class<?> anchor, String name) throws IOException {
        Objects.requireNonNull(anchor, "anchor");
        try (InputStream in = anchor.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException("no resource " + name + " at " + anchor
                        + (anchor.getModule().isNamed()
                        ? ", or in a package that its module doesn't open" : ""));
            }
            return of(in.readAllBytes(), MediaTypes.of(name));
        }
    }

    /** Quoted, strong. */
    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(Arrays.copyOf(hash, TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }

    /** The response to a plain GET: always the same one, with validators. */
    public Response whole() {
        return whole;
    }

    /** The validators: a strong tag, and a time if one was given. */
    public Validators validators() {
        return validators;
    }

    /**
     * Responds to a request.
     *
     * @return 200, 206, 304, 412 or 416
     * @throws HttpException 405 if the request is neither GET nor HEAD, 400 if a condition is
     *     malformed
     */
    @Override
    public Response handle(RequestHead request) throws HttpException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw FileResponse.METHOD_NOT_ALLOWED;
        }
        Response refusal = Preconditions.of(request).refuseRead(validators);
        return refusal != null ? ContentResponse.refused(refusal, whole)
                : ContentResponse.ranges(request, whole, validators);
    }
}
