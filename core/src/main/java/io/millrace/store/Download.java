package io.millrace.store;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

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
    private final Headers headers;
    /** The ranges that are asked for; null if none, or if the method is not GET. */
    private final String range;
    private final Preconditions preconditions;

    Download(StoreState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.headers = request.headers();
        // RFC 9110 s14.2: Range is defined for GET only, and ignored for HEAD.
        this.range = request.method().equals("GET") && headers.contains("Range")
                ? String.join(", ", headers.all("Range")) : null;
        this.preconditions = Preconditions.of(headers);
    }

    /** Answers from memory if the object is there, else from its file. */
    Response answer() throws HttpException, IOException {
        ObjectCache cache = state.cache();
        CachedObject cached = cache.find(key.name());
        if (cached != null) {
            long nowNs = cache.nowNs();
            if (!cache.isCheckDue(cached, nowNs) || isUnchanged(cached, nowNs)) {
                Response refusal = preconditions.refuseRead(cached.version());
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
        return state.folder().version(Folder.attributes(file));
    }

    /** The answer that needs no byte of the object; null if there is none. */
    private Response early(Version version) {
        return version == null ? Responses.NOT_FOUND : preconditions.refuseRead(version);
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
            CachedObject cached = new CachedObject(key.name(), version, bytes,
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

    private static Response fields(Version version) {
        return Responses.OBJECT
                .with("ETag", version.etag())
                .with("Last-Modified", version.lastModified());
    }

    private Response whole(Version version, Body body) {
        return fields(version).with("Content-Type", ContentTypes.of(key.name())).with(body);
    }

    private Response answer(Content content) throws IOException {
        Version version = content.version();
        long sizeBytes = version.sizeBytes();
        List<ByteRange> ranges =
                range != null && ifRange(version) ? ByteRange.parse(range, sizeBytes) : null;
        if (ranges == null) {
            return digested(content, content instanceof CachedObject cached
                    ? cached.response() : whole(version, content.body(0, sizeBytes)));
        }
        Response fields = fields(version);
        if (ranges.isEmpty()) {
            content.close();
            return fields.with(Status.RANGE_NOT_SATISFIABLE)
                    .with("Content-Range", "bytes */" + sizeBytes);
        }
        String type = ContentTypes.of(key.name());
        Response part = fields.with(Status.PARTIAL_CONTENT);
        if (ranges.size() == 1) {
            ByteRange only = ranges.get(0);
            return digested(content, part.with("Content-Type", type)
                    .with("Content-Range", only.contentRange(sizeBytes))
                    .with(content.body(only.first(), only.length())));
        }
        // Random, so that no object can hold a boundary that its writer foresaw.
        String boundary = UUID.randomUUID().toString();
        return digested(content, part
                .with("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .with(new MultipartBody(content.body(0, sizeBytes), ranges, type, boundary)));
    }

    /** Whether the version is the one that a range is asked of (RFC 9110 section 13.1.5). */
    private boolean ifRange(Version version) {
        String condition = headers.first("If-Range");
        if (condition == null) {
            return true;
        }
        if (condition.endsWith("\"")) {
            return version.strong() && condition.equals(version.etag());
        }
        // RFC 9110 s8.8.2.2: a date is a strong validator once its second is over.
        return HttpDate.parse(condition) == version.modifiedSecond()
                && version.modifiedSecond() < System.currentTimeMillis() / 1000;
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
            digest = Digests.of(algorithm, object.body(0, object.version().sizeBytes()));
            state.digests().keep(key, object.version(), algorithm, digest);
        }
        return digest;
    }
}
