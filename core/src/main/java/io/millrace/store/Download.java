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
import io.millrace.meta.MetaStore;
import io.millrace.meta.ObjectMeta;
import io.millrace.objects.CachedObject;
import io.millrace.objects.Content;
import io.millrace.objects.ObjectCache;
import io.millrace.objects.OpenObject;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLock;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * One GET or HEAD: an object or a part of it, and what the fields say about it.
 *
 * <p>Threads: one at a time, the worker or one that computes digests.
 */
final class Download {

    /** What another program replaces as often as this while it is opened has no strong tag. */
    private static final int MAX_ATTEMPTS = 8;

    private final StoreState state;
    private final Key key;
    /** Null until the file is needed. */
    private Path file;
    private final RequestHead request;
    private final Headers headers;
    private final Preconditions preconditions;
    /** Whether digests that are kept are of use. */
    private boolean readsDigests;
    /** Whether the last look has found a folder. */
    private boolean isFolder;
    /** The response that needs none of the object's bytes; null if there is none. */
    private Response early;

    Download(StoreState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.request = request;
        this.headers = request.headers();
        this.preconditions = Preconditions.of(request);
    }

    Response answer() throws HttpException, IOException {
        DigestAlgorithm repr = Digests.wanted(headers, "Want-Repr-Digest");
        DigestAlgorithm content = Digests.wanted(headers, "Want-Content-Digest");
        boolean wished = (repr != null || content != null) && state.wishes().isOn();
        readsDigests = wished;
        return wished ? new DigestedDownload(state, key, request, this).answer(repr, content)
                : plain();
    }

    /** The response without digests. */
    Response plain() throws HttpException, IOException {
        Content content = find();
        return content == null ? early : answer(content);
    }

    /** The response if no content was found. */
    Response early() {
        return early;
    }

    /** The object, asked for once; as {@link #findAgain}. */
    Content find() throws HttpException, IOException {
        return find(true);
    }

    /** The object in memory if it is there, else its file; null if neither is needed. */
    Content findAgain() throws HttpException, IOException {
        return find(false);
    }

    /** @param counts whether this is to be counted as a hit or a miss of the memory */
    private Content find(boolean counts) throws HttpException, IOException {
        ObjectCache cache = state.cache();
        CachedObject cached = cache.find(key.name());
        if (cached != null) {
            long nowNs = cache.nowNs();
            state.eviction().used(cached, nowNs);
            if (!cache.isCheckDue(cached, nowNs) || isUnchanged(cached, nowNs)) {
                if (counts) {
                    cache.hit();
                }
                early = refuseRead(cached.version(), cached.meta());
                return early == null ? cached : null;
            }
            cache.forget(cached);
        }
        return open(counts && cache.miss(key.name()));
    }

    /** The path of the object's file, for its times; what is done with it is done by an entry. */
    Path file() throws HttpException {
        if (file == null) {
            file = state.folder().file(key);
        }
        return file;
    }

    /** Whether a look at the file shows that an object in memory is good for another window. */
    private boolean isUnchanged(CachedObject cached, long nowNs) throws HttpException, IOException {
        if (!cached.isSettled()) {
            return false;
        }
        try (Entry entry = state.folder().entry(key)) {
            if (!cached.version().equals(entry.version())) {
                return false;
            }
        }
        cached.checked(nowNs);
        return true;
    }

    /**
     * Opens a version whose file is the same before and after that, so that what is said of it is
     * said of the bytes that were opened. The first attempt hopes that the store doesn't change the
     * object meanwhile; the others see to it, and only another program can.
     *
     * @param keeps whether the object should be in memory from now on, if it is small
     */
    private Content open(boolean keeps) throws HttpException, IOException { // decision 104
        try (Entry entry = state.folder().entry(key)) {
            return open(entry, keeps);
        }
    }

    private Content open(Entry entry, boolean keeps) throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.tryOptimisticRead();
        if (stamp != 0) {
            Version version = look(entry);
            if (isEarly(entry, version)) {
                return null;
            }
            OpenObject object = isToBeKept(version, keeps) ? null : tryOpen(entry, version);
            if (object != null) {
                if (keyLock.lock.validate(stamp) && isSame(entry, object, version)) {
                    return object;
                }
                object.close();
            }
        }
        stamp = keyLock.lock.readLock();
        try {
            return openLocked(entry, keeps);
        } catch (IOException e) {
            // Another program has removed or replaced what was an object at the last look.
            if (e instanceof NoSuchFileException || FileErrors.isOfNoObject(e)) {
                early = Responses.NOT_FOUND;
                return null;
            }
            throw e;
        } finally {
            keyLock.lock.unlockRead(stamp);
        }
    }

    private Content openLocked(Entry entry, boolean keeps) throws IOException {
        for (int attempt = 1;; attempt++) {
            // Before the look: whatever comes after it may take long.
            long nowMs = System.currentTimeMillis();
            long nowNs = state.cache().nowNs();
            Version version = look(entry);
            if (isEarly(entry, version)) {
                return null;
            }
            if (isToBeKept(version, keeps) && attempt == 1) {
                CachedObject cached = keep(entry, version, nowMs, nowNs);
                if (cached != null) {
                    return cached;
                }
                continue;
            }
            OpenObject object = open(entry, version);
            if (attempt == MAX_ATTEMPTS) {
                return new OpenObject(object.version().weak(), object.channel(), ObjectMeta.NONE);
            }
            boolean same = false;
            try {
                same = isSame(entry, object, version);
            } finally {
                if (!same) {
                    object.close();
                }
            }
            if (same) {
                return object;
            }
        }
    }

    /** The version of the object; null if there is none. */
    private Version look(Entry entry) throws IOException {
        BasicFileAttributes attributes = entry.attributes();
        isFolder = attributes != null && attributes.isDirectory();
        return entry.version(attributes);
    }

    /** Whether what was opened is what was looked at, as far as another look tells. */
    private static boolean isSame(Entry entry, OpenObject object, Version version)
            throws IOException {
        return object.version().equals(version) && version.equals(entry.version());
    }

    private boolean isToBeKept(Version version, boolean keeps) {
        return keeps && state.cache().holds(version.sizeBytes());
    }

    /** Whether there is a response that needs no byte of it. Only plain files are ever opened. */
    private boolean isEarly(Entry entry, Version version) throws IOException {
        if (version == null) {
            early = isFolder ? Responses.FOLDER : Responses.NOT_FOUND;
            return true;
        }
        state.eviction().used(key);
        early = refuseRead(version, null);
        if (early != null && early.status().code() == Status.NOT_MODIFIED.code()) {
            early = refuseRead(version, meta(entry, version));
        }
        return early != null;
    }

    /** @param meta what is kept beside the object; null if it doesn't matter yet */
    private Response refuseRead(Version version, ObjectMeta meta) {
        Response refusal = preconditions.isEmpty() ? null
                : preconditions.refuseRead(version.validators());
        return refusal == null || meta == null
                || refusal.status().code() != Status.NOT_MODIFIED.code()
                ? refusal : meta.fields().onNotModified(refusal);
    }

    /** What is kept of a version; the caller sees whether the version is still there after that. */
    private ObjectMeta meta(Entry entry, Version version) throws IOException {
        if (!readsDigests && !MetaStore.mayHaveFields(version.modifiedNs())) {
            return ObjectMeta.NONE;
        }
        return state.meta().read(entry.heldPath(), key.name(), version.sizeBytes(),
                version.modifiedNs());
    }

    private OpenObject tryOpen(Entry entry, Version version) {
        try {
            return open(entry, version);
        } catch (IOException e) {
            return null; // deleted meanwhile, perhaps; the second attempt tells
        }
    }

    private OpenObject open(Entry entry, Version version) throws IOException {
        SeekableByteChannel channel = entry.open();
        boolean opened = false;
        try {
            OpenObject object = new OpenObject(version.ofSize(channel.size()), channel,
                    meta(entry, version));
            opened = true;
            return object;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Reads an object and keeps it in memory. The lock keeps the store from changing it meanwhile;
     * if another program does, nothing is kept, and this returns null.
     */
    private CachedObject keep(Entry entry, Version version, long nowMs, long nowNs)
            throws IOException {
        readsDigests = true; // what is in memory has all of it
        long changedNs = FileAccess.changedNs(entry.path());
        byte[] bytes;
        ObjectMeta meta;
        try (OpenObject object = open(entry, version)) {
            meta = object.meta();
            bytes = object.version().equals(version) ? read(object) : null;
        }
        if (bytes == null || !version.equals(entry.version())
                || changedNs != FileAccess.changedNs(entry.path())) {
            return null;
        }
        CachedObject cached = new CachedObject(key.name(), version, meta,
                whole(version, meta, Body.of(bytes)), nowMs, nowNs, changedNs);
        state.cache().keep(cached);
        return cached;
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

    private Response whole(Version version, ObjectMeta meta, Body body) {
        return state.pages().on(meta.fields().on(version.validators().on(Responses.OBJECT),
                MediaTypes.of(key.fileName()))).with(body);
    }

    /** The response with an object's bytes, or those that the request's ranges name. */
    Response answer(Content content) {
        Response whole = content instanceof CachedObject cached
                ? state.pages().on(cached.response()) // kept under other rules, perhaps
                : whole(content.version(), content.meta(),
                        state.eviction().reading(key, content.body()));
        return headers.contains("Range")
                ? ContentResponse.ranges(request, whole, content.version().validators()) : whole;
    }
}
