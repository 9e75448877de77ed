package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.resume.UploadNote.Kind;
import io.millrace.resume.Uploads.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes an upload of parts that have been uploaded before (tus 1.0.0, concatenation). The parts are
 * copied, and removed when the object is there.
 *
 * <p>Threads: any.
 */
final class TusFinal { // decision 259

    private final Uploads uploads;

    TusFinal(Uploads uploads) {
        this.uploads = uploads;
    }

    Exchange create(RequestHead request, TusCreation creation) throws HttpException {
        List<String[]> parts = new ArrayList<>();
        for (String url : creation.parts()) {
            String[] part = part(url);
            Response refusal = uploads.refuse(request, part[0]);
            if (refusal != null) {
                return TusDialect.dress(refusal);
            }
            parts.add(part);
        }
        return uploads.jobs().work(uploads.work().copying(), request, TusDialect::dress,
                () -> make(request, creation, parts));
    }

    /** The path and the name in the URL of a part. */
    private static String[] part(String url) throws HttpException {
        int question = url.indexOf('?');
        int scheme = url.indexOf("://");
        int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
        String name = question < 0 ? null : UploadPath.uploadName(url.substring(question + 1));
        if (slash < 0 || slash > question || name == null) {
            throw unknown(url);
        }
        return new String[] {url.substring(slash, question), name};
    }

    private static HttpException unknown(String url) {
        return new HttpException(Status.BAD_REQUEST,
                "Upload-Concat: no partial upload has the URL " + url);
    }

    private Exchange make(RequestHead request, TusCreation creation, List<String[]> parts)
            throws HttpException, IOException {
        Map<String, Turns.Turn> turns = new HashMap<>();
        Runnable done = () -> turns.values().forEach(Turns.Turn::end);
        Response response = null;
        try {
            for (String[] part : parts) {
                take(turns, part[1]);
            }
            response = UploadWork.map(make(request, creation, parts, turns), known -> known, done);
        } finally {
            if (response == null) {
                done.run();
            }
        }
        return response;
    }

    private void take(Map<String, Turns.Turn> turns, String name) throws HttpException {
        if (!turns.containsKey(name)) {
            Turns.Turn turn = uploads.turns().tryTake(name);
            if (turn == null) {
                throw new HttpException(Status.CONFLICT,
                        "Upload-Concat: another request works on a part; retry later");
            }
            turns.put(name, turn);
        }
    }

    private Response make(RequestHead request, TusCreation creation, List<String[]> parts,
            Map<String, Turns.Turn> turns) throws HttpException, IOException {
        List<Found> found = new ArrayList<>();
        long length = 0;
        for (String[] part : parts) {
            Found one = uploads.find(part[1], part[0]);
            if (one == null || one.note().kind() != Kind.PARTIAL) {
                throw unknown(UploadPath.url(part[0], part[1]));
            }
            if (one.offset() != one.note().length()) {
                throw new HttpException(Status.BAD_REQUEST, "Upload-Concat: "
                        + UploadPath.url(part[0], part[1]) + " is unfinished: send its rest first");
            }
            length = Math.addExact(length, one.offset());
            found.add(one);
        }
        uploads.checkLength(length);
        Uploads.Begun begun = uploads.create(request, creation.path(),
                creation.note().withLength(length));
        Found whole = begun.found();
        turns.put(whole.upload().name(), begun.turn());
        Response response = null;
        try {
            response = copy(request, whole, found);
        } finally {
            if (response == null) {
                uploads.discard(whole.upload());
            }
        }
        return response;
    }

    private Response copy(RequestHead request, Found whole, List<Found> parts)
            throws HttpException {
        uploads.takeSpace(whole.upload(), whole.note().length());
        for (Found part : parts) {
            uploads.dropUncounted(part);
            whole.upload().copyFrom(part.upload());
        }
        Response created = TusDialect.dress(Response.of(Status.CREATED).with("Location",
                whole.url()));
        return uploads.complete(whole, request, stored -> {
            if (stored.status().code() >= 300) {
                uploads.discard(whole.upload());
                return TusDialect.dress(stored);
            }
            for (Found part : parts) {
                uploads.discard(part.upload());
            }
            return TusDialect.withValidators(created, stored);
        });
    }
}
