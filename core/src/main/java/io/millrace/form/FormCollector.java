package io.millrace.form;

import io.millrace.http.Abandonment;
import io.millrace.http.HttpException;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Values;
import io.millrace.log.SafeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a {@link Form} of a multipart body: fields in memory, files there or in temporary files.
 *
 * <p>Threads: the worker that owns the connection; what is left of files may be removed by the
 * thread that completes a later response.
 */
final class FormCollector implements MultipartReceiver {

    /** Where files go; null: into memory. */
    private final Path folder;
    private final FormLimits limits;
    private final Responder<Form> responder;
    private final Values.Builder fields = Values.builder(Form.FIELD);
    private final List<FormFile> files = new ArrayList<>();
    private long keptBytes;

    /** The part that is being received; null between parts. */
    private FormPart part;
    /** What it has so far, if it is kept in memory. */
    private ByteArrayOutputStream memory;
    /** Where it goes; null if it is kept in memory. */
    private WritableByteChannel channel;
    /** The temporary file; null if there is none that is not yet one of the form's files. */
    private Path path;
    private long fileBytes;

    FormCollector(Path folder, FormLimits limits, Responder<Form> responder) {
        this.folder = folder;
        this.limits = limits;
        this.responder = responder;
    }

    @Override
    public void onPart(FormPart begun) throws Exception {
        part = begun;
        fileBytes = 0;
        keep(begun.headBytes());
        if (folder != null && begun.isFile()) {
            if (files.size() == limits.maxFiles()) {
                throw new HttpException(Status.CONTENT_TOO_LARGE,
                        "the form has more than " + limits.maxFiles() + " files");
            }
            Path file = folder.resolve(FormFile.temporaryName());
            channel = Files.newByteChannel(file,
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            path = file;
        } else {
            memory = new ByteArrayOutputStream();
        }
    }

    private void keep(int more) throws HttpException {
        keptBytes += more;
        if (folder != null && keptBytes > limits.maxFieldsBytes()) {
            throw new HttpException(Status.CONTENT_TOO_LARGE, "the form is too large: its fields"
                    + " have more than " + limits.maxFieldsBytes() + " bytes");
        }
    }

    @Override
    public void onBytes(ByteBuffer bytes) throws Exception {
        if (channel == null) {
            keep(bytes.remaining());
            byte[] piece = new byte[bytes.remaining()];
            bytes.get(piece);
            memory.write(piece, 0, piece.length);
            return;
        }
        fileBytes += bytes.remaining();
        if (fileBytes > limits.maxFileBytes()) {
            throw new HttpException(Status.CONTENT_TOO_LARGE,
                    "a file of the form has more than " + limits.maxFileBytes() + " bytes");
        }
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void onPartEnd() throws Exception {
        if (channel != null) {
            channel.close();
            channel = null;
            files.add(new FormFile(part, fileBytes, path));
            path = null;
        } else if (part.fileName() == null) {
            FormFields.refuseOtherCharset(part.contentType());
            fields.add(part.name(), Form.text(memory.toByteArray()));
        } else if (part.isFile() || memory.size() > 0) { // else no file was chosen
            files.add(new FormFile(part, memory.toByteArray()));
        }
        memory = null;
        part = null;
    }

    @Override
    public Response complete() throws Exception {
        Response response = null;
        try {
            response = responder.respond(new Form(fields.build(), files));
        } finally {
            if (response == null || response.stage() == null) {
                discard();
            }
        }
        if (response != null && response.stage() != null) {
            response.stage().whenComplete((made, failure) -> discard());
        }
        return response;
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            SafeLog.log(FormCollector.class, Level.WARNING, path + " can't be closed", e);
        }
        discard();
        return null;
    }

    /** Removes what is temporary still. */
    private void discard() {
        delete(path);
        files.forEach(file -> delete(file.temporary()));
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            SafeLog.log(FormCollector.class, Level.WARNING, file + " can't be deleted", e);
        }
    }
}
