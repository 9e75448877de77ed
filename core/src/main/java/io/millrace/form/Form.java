package io.millrace.form;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Responder;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A form that a client has sent: its fields and its files.
 *
 * <pre>{@code
 * Handler login = request -> Form.collect(request, 10_000,
 *         form -> Response.text("Hello, " + form.fields().text("name") + "\n"));
 * }</pre>
 *
 * <p>Both of HTML's encodings are read: {@code application/x-www-form-urlencoded} and {@code
 * multipart/form-data} (RFC 7578). Text is UTF-8. Each way to receive one refuses the request with
 * 415 for another media type, charset or content coding, with 413 beyond its limits, and with 400
 * if the form is malformed.
 *
 * <table>
 * <caption>Ways to receive a form</caption>
 * <tr><th>files</th><th>with</th></tr>
 * <tr><td>in memory</td><td>{@link #collect}</td></tr>
 * <tr><td>in temporary files</td><td>{@link #receive}</td></tr>
 * <tr><td>read by a thread, part by part</td><td>{@link #stream}</td></tr>
 * <tr><td>to code of your own, as bytes arrive</td><td>{@link MultipartExchange}</td></tr>
 * </table>
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class Form { // decision 390

    static final String FIELD = "form field";

    private final Values fields;
    private final List<FormFile> files;

    Form(Values fields, List<FormFile> files) {
        this.fields = fields;
        this.files = List.copyOf(files);
    }

    /**
     * Collects a form in memory.
     *
     * @param maxBytes largest body, in bytes; a larger one gets 413, before its first byte is read
     *     if its length is known
     * @param responder gets the form when it is whole
     * @throws HttpException as the class comment says, for what the request's head tells
     */
    public static Exchange collect(RequestHead request, int maxBytes, Responder<Form> responder)
            throws HttpException {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative: " + maxBytes);
        }
        return of(request, maxBytes, null, FormLimits.defaults(), responder);
    }

    /**
     * Receives a form of any size: its fields in memory, each of its files in a temporary file.
     * {@link FormFile#moveTo} keeps a file. When the responder has returned or thrown, or its
     * {@linkplain io.millrace.http.Response#later later} response is known, the others are removed;
     * so are all if the form is malformed or doesn't arrive whole.
     *
     * @param folder exists, and is in the file system that files are to be moved in. If the process
     *     is killed, files named {@code .*.part} are left there
     * @param responder gets the form when it is whole
     * @throws HttpException as the class comment says, for what the request's head tells
     */
    public static Exchange receive(RequestHead request, Path folder, FormLimits limits,
            Responder<Form> responder) throws HttpException {
        Objects.requireNonNull(limits);
        return of(request, Long.MAX_VALUE, Objects.requireNonNull(folder), limits, responder);
    }

    /** Same as the other one, with {@link FormLimits#defaults}: files of any size. */
    public static Exchange receive(RequestHead request, Path folder, Responder<Form> responder)
            throws HttpException {
        return receive(request, folder, FormLimits.defaults(), responder);
    }

    /**
     * Lets a thread of an executor read a {@code multipart/form-data} form, part by part, while it
     * arrives. The socket is read at most 64 KiB ahead of that thread.
     *
     * @param executor as for {@link Exchange#stream}
     * @param responder gets the form, and may block. A response returned before the end of the form
     *     is sent at once, and the rest is not read. If the form is malformed and the responder
     *     throws for that or another reason, the response is the refusal of the form
     * @throws HttpException as the class comment says, for what the request's head tells
     */
    public static Exchange stream(Executor executor, RequestHead request, FormLimits limits,
            Responder<FormReader> responder) throws HttpException {
        FormFields.refuseCoding(request.headers());
        String boundary = MultipartParser.boundary(request.headers());
        Objects.requireNonNull(limits);
        Objects.requireNonNull(responder);
        return Exchange.stream(executor,
                body -> FormReader.read(boundary, limits, body, responder));
    }

    private static Exchange of(RequestHead request, long maxBytes, Path folder,
            FormLimits limits, Responder<Form> responder) throws HttpException {
        Objects.requireNonNull(responder);
        if (FormFields.isUrlEncoded(request.headers())) {
            FormFields.refuseCoding(request.headers());
            int most = (int) Math.min(maxBytes, folder == null ? Integer.MAX_VALUE
                    : limits.maxFieldsBytes());
            return Exchange.collect(request, most, body -> responder.respond(new Form(
                    UrlEncoded.decode(body, FIELD, limits.maxParts(), Status.CONTENT_TOO_LARGE),
                    List.of())));
        }
        return MultipartExchange.of(request, maxBytes, limits,
                new FormCollector(folder, limits, responder));
    }

    /** The fields that are no files, in order. */
    public Values fields() {
        return fields;
    }

    /** All files, in order. A field in which no file was chosen has none. */
    public List<FormFile> files() {
        return files;
    }

    /** The files of one field, in order; empty if there are none. */
    public List<FormFile> files(String name) {
        return files.stream().filter(file -> file.name().equals(name)).toList();
    }

    /**
     * The only file of a field.
     *
     * @throws HttpException 400 if there is none, or more than one
     */
    public FormFile file(String name) throws HttpException {
        List<FormFile> found = files(name);
        if (found.size() != 1) {
            throw new HttpException(Status.BAD_REQUEST, "form file " + name
                    + (found.isEmpty() ? " is missing" : " is given twice"));
        }
        return found.get(0);
    }

    /** The value of a field, decoded. */
    static String text(byte[] bytes) throws HttpException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw FormFields.malformed("a field is not in UTF-8");
        }
        if (UrlEncoded.hasControls(text, true)) {
            throw FormFields.malformed("a field has a control character");
        }
        return text;
    }
}
