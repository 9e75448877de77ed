package io.millrace.evict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Objects that are only names, lengths and times. Threads: any. */
final class FakeObjects implements EvictableObjects {

    static final long S = 1_000_000_000L;

    private final Map<String, StoredObject> objects = new LinkedHashMap<>();
    /** The names that left, in order. */
    final List<String> removed = new ArrayList<>();
    /** What files were told. */
    final Map<String, Long> noted = new TreeMap<>();
    /** What can't be removed. */
    final Set<String> stuck = new HashSet<>();
    /** Run before an object is removed. */
    Runnable beforeRemoval = () -> { };
    /** Told of the bytes of each object that leaves, as a store tells of every change. */
    LongConsumer changed = moreBytes -> { };
    boolean notesReads = true;
    boolean listable = true;
    int walks;

    synchronized void put(String name, long bytes, long modifiedSeconds, long accessedSeconds) {
        objects.put(name, new StoredObject(name, bytes, modifiedSeconds * S, accessedSeconds * S,
                0));
    }

    synchronized Set<String> names() {
        return new HashSet<>(objects.keySet());
    }

    synchronized List<String> removed() {
        return new ArrayList<>(removed);
    }

    @Override
    public void each(Visitor visitor) throws IOException {
        List<StoredObject> all;
        synchronized (this) {
            walks++;
            if (!listable) {
                throw new IOException("can't be listed");
            }
            all = new ArrayList<>(objects.values());
        }
        for (StoredObject object : all) {
            if (!visitor.visit(object)) {
                return;
            }
        }
    }

    @Override
    public synchronized Outcome remove(StoredObject object, Check check) {
        beforeRemoval.run();
        if (!object.equals(objects.get(object.name())) || !check.isUnused()) {
            return Outcome.SPARED;
        }
        if (stuck.contains(object.name())) {
            return Outcome.FAILED;
        }
        objects.remove(object.name());
        removed.add(object.name());
        changed.accept(-object.sizeBytes());
        return Outcome.REMOVED;
    }

    @Override
    public synchronized boolean noteRead(StoredObject object, long second) {
        if (notesReads) {
            noted.put(object.name(), second);
            objects.put(object.name(), new StoredObject(object.name(), object.sizeBytes(),
                    object.modifiedNs(), second * S, object.file()));
        }
        return notesReads;
    }
}
