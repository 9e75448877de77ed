package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Responses with a file to GET and HEAD: whole or in ranges, with its media type, its validators
 * and the conditions of the request (RFC 9110 sections 8, 13 and 14). The kernel sends the bytes.
 *
 * <pre>{@code
 * Handler manual = request -> FileResponse.of(request, Path.of("manual.pdf"));
 * Handler report = request -> FileResponse.download(request, Path.of("q3.pdf"), "Q3 report.pdf");
 * }</pre>
 *
 * <p>For a folder of files that clients choose from there is {@code io.millrace.site.StaticSite}: a
 * name from a request that is resolved against a folder can leave it.
 *
 * <p>A file that is replaced while it is opened is sent without validators. One that is replaced
 * while it is sent is sent to its end as it was; one that shrinks cuts the connection.
 *
 * <p>Threads: any. The methods open the file and look at it, and the worker reads it while it
 * sends: both block for as long as the file system takes. Where that may be long, as over a
 * network, use {@link io.millrace.http.Handler#blocking}. A response that is not returned must be
 * {@linkplain Response#discard discarded}, as it holds an open file.
 *
 * @since 0.1
 */
public final class FileResponse {

    private static final Response OK = Response.of(Status.OK);
    static final HttpException METHOD_NOT_ALLOWED = new HttpException(Status.METHOD_NOT_ALLOWED,
            "only GET and HEAD are allowed", Headers.of("Allow", "GET, HEAD"));
    private static final HttpException NOT_FOUND =
            new HttpException(Status.NOT_FOUND, "not found");
    private static final HttpException BUSY = new HttpException(Status.SERVICE_UNAVAILABLE,
            "too many open files; retry later", Headers.of("Retry-After", "1"));

    private FileResponse() {
    }

    /**
     * A response with a file. The media type comes from the file name ({@link MediaTypes}), the
     * validators from the file's time and size.
     *
     * @param file opened following links. Do not let clients choose it freely
     * @return 200, 206, 304, 412 or 416
     * @throws HttpException 404 if it is not a regular file, 405 if the request is neither GET nor
     *     HEAD, 400 if a condition is malformed, 503 if the process has too many open files
     * @throws IOException if the file can't be read
     */
    public static Response of(RequestHead request, Path file) throws HttpException, IOException {
        return of(request, file, OK);
    }

    /**
     * Like {@link #of(RequestHead, Path)}, with a given media type.
     *
     * @param mediaType the value of {@code Content-Type}
     * @throws HttpException as {@link #of(RequestHead, Path)} does
     * @throws IOException if the file can't be read
     */
    public static Response of(RequestHead request, Path file, String mediaType)
            throws HttpException, IOException {
        return of(request, file, OK.set("Content-Type", mediaType));
    }

    /**
     * Like {@link #of(RequestHead, Path)}, with given header fields, such as {@code Cache-Control}.
     * They are sent with the file only, and those that belong to it with a 304. A 404 has none.
     *
     * <pre>{@code
     * Response fields = Response.of(Status.OK).set("Cache-Control", "max-age=3600");
     * Handler logo = request -> FileResponse.of(request, Path.of("logo.svg"), fields);
     * }</pre>
     *
     * @param fields what the response is but for its body and validators. With another status than
     *     200, such as that of an error page, the request's conditions and ranges are ignored
     *     (RFC 9110 sections 13.2.1 and 14.2) and no validators are sent
     * @throws HttpException as {@link #of(RequestHead, Path)} does
     * @throws IOException if the file can't be read
     */
    public static Response of(RequestHead request, Path file, Response fields)
            throws HttpException, IOException {
        Objects.requireNonNull(fields, "fields");
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw METHOD_NOT_ALLOWED;
        }
        try {
            BasicFileAttributes before = attributes(file);
            if (!before.isRegularFile()) {
                throw NOT_FOUND;
            }
            Response typed = fields.headers().contains("Content-Type") ? fields
                    : fields.set("Content-Type", typeOf(file));
            if (typed.status().code() != Status.OK.code()) {
                return open(file, typed);
            }
            Validators validators = validators(before, typed);
            Response refusal = Preconditions.of(request).refuseRead(validators);
            return refusal != null ? ContentResponse.refused(refusal, typed)
                    : ranges(request, file, open(file, typed), before, validators);
        } catch (FileSystemException e) {
            if (isNoFile(e)) {
                throw NOT_FOUND;
            }
            if (reason(e).contains("Too many open files")) {
                throw BUSY;
            }
            throw e;
        }
    }

    /**
     * A response that a browser saves, under the file's own name.
     *
     * @throws HttpException as {@link #of(RequestHead, Path)} does
     * @throws IOException if the file can't be read
     */
    public static Response download(RequestHead request, Path file)
            throws HttpException, IOException {
        return download(request, file, nameOf(file));
    }

    /**
     * A response that a browser saves under a name ({@link ContentDisposition#attachment}); its
     * media type is that of the name.
     *
     * @param fileName any text
     * @throws HttpException as {@link #of(RequestHead, Path)} does
     * @throws IOException if the file can't be read
     */
    public static Response download(RequestHead request, Path file, String fileName)
            throws HttpException, IOException {
        return of(request, file, OK.set("Content-Type", MediaTypes.of(fileName))
                .set("Content-Disposition", ContentDisposition.attachment(fileName))
                .set("X-Content-Type-Options", "nosniff"));
    }

    private static String typeOf(Path file) {
        return MediaTypes.of(nameOf(file));
    }

    private static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static Response open(Path file, Response fields) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            return fields.with(ChannelBody.of(channel, 0, channel.size()));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    // RFC 9110 s8.8.3.3: the same content in two codings must not have one tag, and two files may
    // well have one time and one size.
    private static Validators validators(BasicFileAttributes attributes, Response fields) {
        Validators validators = Validators.of(attributes);
        String codings = String.join(",", fields.headers().all("Content-Encoding"));
        String tag = validators.etag();
        return codings.isEmpty() ? validators : new Validators(
                tag.substring(0, tag.length() - 1) + '-'
                        + codings.replaceAll("[^A-Za-z0-9.-]+", "+") + '"',
                validators.modifiedSecond());
    }

    private static Response ranges(RequestHead request, Path file, Response whole,
            BasicFileAttributes before, Validators known) throws IOException {
        boolean done = false;
        try {
            // Changed or replaced meanwhile: the channel may be of either version.
            Validators validators = isSame(before, attributes(file))
                    && whole.body().length() == before.size()
                    ? known : new Validators(null, HttpDate.NONE);
            Response response = ContentResponse.ranges(request,
                    ContentResponse.validated(whole, validators), validators);
            done = true;
            return response;
        } finally {
            if (!done) {
                whole.discard();
            }
        }
    }

    private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after) {
        return before.lastModifiedTime().equals(after.lastModifiedTime())
                && Objects.equals(before.fileKey(), after.fileKey());
    }

    // Java tells most causes apart by nothing but the system's own message.
    private static boolean isNoFile(FileSystemException e) {
        String reason = reason(e);
        return e instanceof NoSuchFileException || reason.contains("Not a directory")
                || reason.contains("name too long")
                || reason.contains("levels of symbolic links");
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? "" : e.getReason();
    }
}
