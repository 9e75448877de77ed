package io.millrace.app.admin;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.resume.ResumableUploads;
import io.millrace.resume.ResumableUploads.Unfinished;
import java.util.List;

/**
 * Lists the uploads that are unfinished, as JSON: an object whose members stand in a line each. It
 * tells no names of uploads, as who knows one may go on with it.
 *
 * <p>Threads: any; a request may wait for the device.
 */
final class UploadsHandler implements Handler { // decision 293

    /** Null if the store keeps none. */
    private final ResumableUploads uploads;

    UploadsHandler(ResumableUploads uploads) {
        this.uploads = uploads;
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException {
        return Response.text(json(uploads == null ? List.of() : uploads.unfinished()))
                .with("Content-Type", "application/json").with("Cache-Control", "no-store");
    }

    static String json(List<Unfinished> uploads) {
        StringBuilder out = new StringBuilder("{\"uploads\":[");
        for (int i = 0; i < uploads.size(); i++) {
            Unfinished upload = uploads.get(i);
            // A path is percent-encoded in its one spelling: it has nothing to be escaped here.
            out.append(i == 0 ? "\n" : ",\n").append("{\"path\":\"").append(upload.path())
                    .append("\",\"bytes\":").append(upload.sizeBytes()).append(",\"length\":");
            if (upload.lengthBytes() == RequestHead.UNKNOWN_LENGTH) {
                out.append("null");
            } else {
                out.append(upload.lengthBytes());
            }
            out.append(",\"created\":\"").append(upload.created()).append("\",\"changed\":\"")
                    .append(upload.lastChange()).append("\",\"active\":")
                    .append(upload.isActive()).append('}');
        }
        return out.append("\n]}\n").toString();
    }
}
