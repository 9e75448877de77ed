package io.millrace.store;

import io.millrace.evict.EvictableObjects;
import io.millrace.evict.StoredObject;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.Entry;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.ReadTimes;
import io.millrace.tree.Version;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * The objects of a store, for what evicts them.
 *
 * <p>Threads: the evictor's.
 */
final class EvictionTarget implements EvictableObjects {

    /** The blocks of a file that long are freed without the key's lock. */
    private static final long LONG_BYTES = 1 << 20;

    private final StoreState state;
    private final KeyLimits limits;
    private final ReadTimes readTimes;

    EvictionTarget(StoreState state) {
        this.state = state;
        this.limits = state.options().keyLimits();
        this.readTimes = new ReadTimes(state.folder());
    }

    @Override
    public void each(Visitor visitor) throws IOException {
        state.folder().eachObject((name, attributes) -> !Key.isName(name, limits)
                || visitor.visit(object(name, Version.of(attributes, true), attributes)));
    }

    private static StoredObject object(String name, Version version,
            BasicFileAttributes attributes) {
        return new StoredObject(name, version.sizeBytes(), version.modifiedNs(),
                attributes.lastAccessTime().to(TimeUnit.NANOSECONDS), version.file());
    }

    @Override
    public Outcome remove(StoredObject object, Check check) {
        if (!state.changes().begin()) {
            return Outcome.SPARED; // another process evicts now
        }
        try {
            return removeNow(object, check);
        } finally {
            state.changes().end();
        }
    }

    private Outcome removeNow(StoredObject object, Check check) {
        Key key = new Key(object.name(), object.name());
        try {
            boolean removed;
            try (Entry entry = state.folder().entry(key)) {
                removed = remove(entry, key, object, check);
            }
            if (removed && key.isNested()) {
                removeEmptyFolders(key);
            }
            return removed ? Outcome.REMOVED : Outcome.SPARED;
        } catch (HttpException e) {
            return Outcome.SPARED; // a name that this file system can't have
        } catch (IOException e) {
            state.folder().faults().log("the eviction of " + object.name() + " failed", e);
            return Outcome.FAILED;
        }
    }

    private void removeEmptyFolders(Key key) {
        try {
            state.folder().removeEmptyAbove(key);
        } catch (HttpException | IOException e) {
            // They stay, and do no harm: not ours to remove in most cases.
        }
    }

    private boolean remove(Entry entry, Key key, StoredObject object, Check check)
            throws IOException {
        // The last that has a file open frees its blocks, which may take long: not under the lock.
        Closeable held = object.sizeBytes() < LONG_BYTES ? null : open(entry);
        try {
            Response response = Deletion.delete(state, key, entry, version ->
                    isSame(version, object) && check.isUnused() ? null : Responses.NOT_FOUND);
            int code = response.status().code();
            if (code >= 300 && code != Status.NOT_FOUND.code()) {
                throw new IOException("the file is a mount point");
            }
            return code < 300;
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }

    /** The file, open; null if it is gone, or can't be read. */
    private static Closeable open(Entry entry) {
        try {
            return entry.open();
        } catch (IOException e) {
            return null; // the removal tells
        }
    }

    private static boolean isSame(Version version, StoredObject object) {
        return version.sizeBytes() == object.sizeBytes()
                && version.modifiedNs() == object.modifiedNs() && version.file() == object.file();
    }

    @Override
    public boolean noteRead(StoredObject object, long second) {
        if (!state.changes().begin()) {
            return false;
        }
        try {
            return readTimes.set(
                    state.folder().file(new Key(object.name(), object.name())), second);
        } catch (HttpException e) {
            return false; // a name that this file system can't have
        } finally {
            state.changes().end();
        }
    }
}
