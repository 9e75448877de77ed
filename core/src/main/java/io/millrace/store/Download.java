package io.millrace.store;

import io.millrace.content.ContentResponse;
import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Digests;
import io.millrace.content.MediaTypes;
import io.millrace.content.Preconditions;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One GET or HEAD: an object or a part of it, and what the fields say about it.
 *
 * <p>Threads: the worker; digests are computed by the store's own.
 */
final class Download {

    private final StoreState state;
    private final Key key;
    /** Null until the file is needed. */
    private Path file;
    private final RequestHead request;
    private final Headers headers;
    private final Preconditions preconditions;

    Download(StoreState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.request = request;
        this.headers = request.headers();
        this.preconditions = Preconditions.of(request);
    }

    /** Answers from memory if the object is there, else from its file. */
    Response answer() throws HttpException, IOException {
        ObjectCache cache = state.cache();
        CachedObject cached = cache.find(key.name());
        if (cached != null) {
            long nowNs = cache.nowNs();
            if (!cache.isCheckDue(cached, nowNs) || isUnchanged(cached, nowNs)) {
                Response refusal = refuseRead(cached.version());
                return refusal != null ? refusal : answer(cached);
            }
            cache.forget(cached);
        }
        file = state.folder().file(key);
        return answerFromFile(cache.miss(key.name()));
    }

    /** Whether a look at the file shows that an object in memory is good for another window. */
    private boolean isUnchanged(CachedObject cached, long nowNs) throws HttpException, IOException {
        file = state.folder().file(key);
        if (!cached.isSettled() || !cached.version().equals(look())) {
            return false;
        }
        cached.checked(nowNs);
        return true;
    }

    /**
     * Answers from a version that was not changed between the look at it and the opening of its
     * file. The first attempt hopes so; the second sees to it.
     *
     * @param keeps whether the object should be in memory from now on, if it is small
     */
    private Response answerFromFile(boolean keeps) throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.tryOptimisticRead();
        if (stamp != 0) {
            Version version = look();
            Response early = early(version);
            if (early != null) {
                return early;
            }
            OpenObject object = isToBeKept(version, keeps) ? null : tryOpen(version);
            if (object != null) {
                if (keyLock.lock.validate(stamp)
                        && object.version().sizeBytes() == version.sizeBytes()) {
                    return answer(object);
                }
                object.close();
            }
        }
        Content content;
        stamp = keyLock.lock.readLock();
        try {
            // Before the look: whatever comes after it may take long.
            long nowMs = System.currentTimeMillis();
            long nowNs = state.cache().nowNs();
            Version version = look();
            Response early = early(version);
            if (early != null) {
                return early;
            }
            content = isToBeKept(version, keeps) ? keep(version, nowMs, nowNs) : open(version);
        } catch (IOException e) {
            // Another program has removed or replaced what was an object at the last look.
            if (e instanceof NoSuchFileException || FileErrors.isOfNoObject(e)) {
                return Responses.NOT_FOUND;
            }
            throw e;
        } finally {
            keyLock.lock.unlockRead(stamp);
        }
        return answer(content);
    }

    private boolean isToBeKept(Version version, boolean keeps) {
        return keeps && state.cache().holds(version.sizeBytes());
    }

    /** The version of the object; null if there is none. Only plain files are ever opened. */
    private Version look() throws IOException {
        return state.folder().version(FileAccess.attributes(file));
    }

    /** The answer that needs no byte of the object; null if there is none. */
    private Response early(Version version) {
        return version == null ? Responses.NOT_FOUND : refuseRead(version);
    }

    private Response refuseRead(Version version) {
        return preconditions.isEmpty() ? null : preconditions.refuseRead(version.validators());
    }

    private OpenObject tryOpen(Version version) {
        try {
            return open(version);
        } catch (IOException e) {
            return null; // deleted meanwhile, perhaps; the second attempt tells
        }
    }

    private OpenObject open(Version version) throws IOException {
        SeekableByteChannel channel = state.folder().access().open(file);
        boolean opened = false;
        try {
            OpenObject object = new OpenObject(version.ofSize(channel.size()), channel);
            opened = true;
            return object;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Reads an object to keep it in memory. The lock keeps the store from changing it meanwhile; if
     * another program does, the file is served as any other.
     */
    private Content keep(Version version, long nowMs, long nowNs) throws IOException {
        OpenObject object = open(version);
        boolean served = false;
        try {
            byte[] bytes = object.version().equals(version) ? read(object) : null;
            if (bytes == null || !version.equals(look())) {
                served = true;
                return object;
            }
            CachedObject cached = new CachedObject(key.name(), version,
                    whole(version, Body.of(bytes)), nowMs, nowNs);
            state.cache().keep(cached);
            return cached;
        } finally {
            if (!served) {
                object.close();
            }
        }
    }

    /** All bytes of an object; null if there are fewer than there were a moment ago. */
    private static byte[] read(OpenObject object) throws IOException {
        byte[] bytes = new byte[(int) object.version().sizeBytes()];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            if (object.channel().read(target) < 0) {
                return null;
            }
        }
        return bytes;
    }

    private Response whole(Version version, Body body) {
        return version.validators().on(Responses.OBJECT)
                .with("Content-Type", MediaTypes.of(key.name())).with(body);
    }

    private Response answer(Content content) throws IOException {
        Response whole = content instanceof CachedObject cached
                ? cached.response() : whole(content.version(), content.body());
        if (!headers.contains("Range")) {
            return digested(content, whole);
        }
        Response answer = ContentResponse.ranges(request, whole, content.version().validators());
        return answer.status().code() == Status.RANGE_NOT_SATISFIABLE.code()
                ? answer : digested(content, answer);
    }

    /** The answer with the digests that the request wants. */
    private Response digested(Content object, Response answer) throws IOException {
        DigestAlgorithm repr = Digests.wanted(headers, "Want-Repr-Digest");
        DigestAlgorithm content = Digests.wanted(headers, "Want-Content-Digest");
        if (repr == null && content == null) {
            return answer;
        }
        // Of a whole object both digests are the same; of a part, the content's is its own.
        boolean whole = answer.status().code() == Status.OK.code();
        if ((repr == null || find(object, repr) != null)
                && (content == null || whole && find(object, content) != null)) {
            return withDigests(answer, object, repr, content, whole);
        }
        Response later = null;
        try {
            later = state.executor().later(
                    () -> withDigests(answer, object, repr, content, whole));
        } finally {
            if (later == null) {
                object.close(); // too many wait, or there can't be another thread
            }
        }
        return later == null ? Responses.BUSY : later;
    }

    private byte[] find(Content object, DigestAlgorithm algorithm) {
        return state.digests().find(key, object.version(), algorithm);
    }

    private Response withDigests(Response answer, Content object, DigestAlgorithm repr,
            DigestAlgorithm content, boolean whole) throws IOException {
        boolean done = false;
        try {
            Response result = answer;
            if (repr != null) {
                result = result.with("Repr-Digest", repr.field(ofWhole(object, repr)));
            }
            if (content != null) {
                result = result.with("Content-Digest", content.field(whole
                        ? ofWhole(object, content) : Digests.of(content, answer.body())));
            }
            done = true;
            return result;
        } finally {
            if (!done) {
                object.close();
            }
        }
    }

    private byte[] ofWhole(Content object, DigestAlgorithm algorithm) throws IOException {
        byte[] digest = find(object, algorithm);
        if (digest == null) {
            digest = Digests.of(algorithm, object.body());
            state.digests().keep(key, object.version(), algorithm, digest);
        }
        return digest;
    }
}
