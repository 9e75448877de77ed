package io.millrace.store;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Digests;
import io.millrace.digest.DigestWishes;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.objects.CachedObject;
import io.millrace.objects.Content;
import io.millrace.objects.OpenObject;
import io.millrace.objects.WatchedBody;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;

/**
 * One GET or HEAD whose client would like to have digests: those that are known, or computed aside,
 * or none.
 *
 * <p>A digest is that of the bytes that the response has, read from the same open file. It is kept
 * for its version, or taken from there, only if the file can't have been another one meanwhile.
 *
 * <p>Threads: one at a time, the worker and then one that computes digests.
 */
final class DigestedDownload {

    private final StoreState state;
    private final Key key;
    private final RequestHead request;
    private final Download download;
    /** Whether the version is surely that of the content that was found last. */
    private boolean sure;
    /** When anything about its file was changed. */
    private long changedNs;

    DigestedDownload(StoreState state, Key key, RequestHead request, Download download) {
        this.state = state;
        this.key = key;
        this.request = request;
        this.download = download;
    }

    /**
     * The response, known already or later.
     *
     * @param repr the algorithm of the object's digest; null if none is wanted
     * @param content the algorithm of the content's digest; null if none is wanted
     */
    Response answer(DigestAlgorithm repr, DigestAlgorithm content)
            throws HttpException, IOException {
        Content object = find(true);
        if (object == null) {
            return download.early();
        }
        Response answer = download.answer(object);
        if (answer.status().code() == Status.RANGE_NOT_SATISFIABLE.code()) {
            return answer;
        }
        boolean whole = isWhole(answer);
        if ((repr == null || known(object, repr) != null)
                && (content == null || whole && known(object, content) != null)) {
            return withDigests(answer, object, repr, content, () -> false);
        }
        long bytes = (repr == null ? 0 : object.version().sizeBytes())
                + (content == null ? 0 : answer.body().length());
        Version version = object.version();
        DigestWishes.Wish wish = state.wishes().ask(question(answer, object, repr, content), bytes,
                cancelled -> compute(version, repr, content, cancelled), download::plain);
        if (wish == null) {
            return answer;
        }
        // Of a client that has ended its side none can tell whether it still waits. It gets its
        // response, without the digest, as soon as the computation has stopped for it.
        request.whenHalfClosed(wish::gone);
        answer.discard(); // the file is opened again when its turn comes
        return Response.later(wish.answer());
    }

    private DigestWishes.Question question(Response answer, Content object, DigestAlgorithm repr,
            DigestAlgorithm content) {
        String range = answer.headers().first("Content-Range");
        boolean isShareable = (range != null || isWhole(answer)) && object.version().strong()
                && (!(object instanceof OpenObject open) || open.channel() instanceof FileChannel);
        return new DigestWishes.Question(key.name(), object.version(), range, repr, content,
                isShareable ? null : new Object());
    }

    private static boolean isWhole(Response answer) {
        return answer.status().code() == Status.OK.code();
    }

    private Content find(boolean first) throws HttpException, IOException {
        long nowMs = System.currentTimeMillis();
        changedNs = FileAccess.changedNs(download.file());
        Content object = first ? download.find() : download.findAgain();
        boolean looked = false;
        try {
            sure = object instanceof CachedObject cached ? cached.isSure()
                    : object != null && object.version().strong()
                            && FileAccess.isPast(changedNs, nowMs)
                            && changedNs == FileAccess.changedNs(download.file());
            looked = true;
        } finally {
            if (!looked && object != null) {
                object.close();
            }
        }
        return object;
    }

    /** The response with digests; null if the version is gone, or no client waits any more. */
    private Response compute(Version version, DigestAlgorithm repr, DigestAlgorithm content,
            BooleanSupplier cancelled) throws HttpException, IOException {
        Content object = null;
        Response whole = null;
        boolean done = false;
        try {
            object = find(false);
            if (object == null || !object.version().equals(version)) {
                return null;
            }
            whole = download.answer(object);
            Response answer = withDigests(whole, object, repr, content, cancelled);
            done = true;
            return answer;
        } catch (InterruptedIOException e) {
            return null;
        } catch (IOException e) {
            return state.options().contract().failure(
                    state.folder().faults().answer(request.method() + " " + request.path(), e));
        } finally {
            if (!done && whole != null) {
                whole.discard(); // which closes the object, too
            } else if (!done && object != null) {
                object.close();
            }
        }
    }

    private Response withDigests(Response answer, Content object, DigestAlgorithm repr,
            DigestAlgorithm content, BooleanSupplier cancelled) throws HttpException, IOException {
        Response result = answer;
        if (repr != null) {
            result = result.with("Repr-Digest", repr.field(ofWhole(object, repr, cancelled)));
        }
        if (content != null) {
            result = result.with("Content-Digest", content.field(isWhole(answer)
                    ? ofWhole(object, content, cancelled) : of(content, answer.body(), cancelled)));
        }
        return result;
    }

    private byte[] known(Content object, DigestAlgorithm algorithm) {
        if (!sure) {
            return null;
        }
        byte[] kept = object.meta().digests().get(algorithm);
        return kept != null ? kept : state.digests().find(key, object.version(), algorithm);
    }

    private byte[] ofWhole(Content object, DigestAlgorithm algorithm, BooleanSupplier cancelled)
            throws HttpException, IOException {
        byte[] digest = known(object, algorithm);
        if (digest == null) {
            digest = of(algorithm, object.body(), cancelled);
            // A program that writes in place may have begun meanwhile.
            if (sure && (object instanceof CachedObject
                    || changedNs == FileAccess.changedNs(download.file()))) {
                state.digests().keep(key, object.version(), algorithm, digest);
                state.late().add(key, object.version(), algorithm, digest);
            }
        }
        return digest;
    }

    private static byte[] of(DigestAlgorithm algorithm, Body body, BooleanSupplier cancelled)
            throws IOException {
        return Digests.of(algorithm, new WatchedBody(body, cancelled));
    }
}
