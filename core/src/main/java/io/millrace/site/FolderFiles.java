package io.millrace.site;

import io.millrace.content.FixedContent;
import io.millrace.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The files of a folder. A change is seen within a second.
 *
 * <p>Threads: any; blocks for the file system.
 */
final class FolderFiles implements SiteFiles {

    /** Files up to this length are read into memory, longer ones are sent from the file. */
    static final int SMALL_BYTES = 64 << 10;
    /** How long a look is good. */
    static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);
    /** What an entry of the cache takes beside bytes and name; rather more than less. */
    private static final long OVERHEAD_BYTES = 2048;

    private final Path folder;
    private final SiteFields fields;
    private final SiteCache cache;
    private final LongSupplier clockNs;
    private final LongSupplier clockMs;

    /**
     * Files.
     *
     * @param folder may be a link, which is resolved at each look
     * @param clockNs the time in nanoseconds since any moment
     * @param clockMs the time in milliseconds since 1970
     */
    FolderFiles(Path folder, SiteFields fields, SiteCache cache, LongSupplier clockNs,
            LongSupplier clockMs) {
        this.folder = folder;
        this.fields = fields;
        this.cache = cache;
        this.clockNs = clockNs;
        this.clockMs = clockMs;
    }

    /**
     * Files that are looked at by the system's clocks.
     *
     * @param memoryBytes for those that are small; at most a quarter of the heap is used
     */
    static FolderFiles of(Path folder, SiteFields fields, long memoryBytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        SiteCache cache = new SiteCache(
                Math.min(memoryBytes, Runtime.getRuntime().maxMemory() / 4));
        return new FolderFiles(folder.toAbsolutePath(), fields, cache, System::nanoTime,
                System::currentTimeMillis);
    }

    @Override
    public SiteFile find(String name) throws IOException {
        long nowNs = clockNs.getAsLong();
        SiteCache.Entry entry = cache.find(name);
        if (entry != null && nowNs - entry.checkedNs() < WINDOW_NS) {
            return entry.file();
        }
        long nowMs = clockMs.getAsLong(); // before the look: what comes after it may take long
        FolderLook look = look(name);
        if (entry != null && entry.look().equals(look)) {
            entry.checked(nowNs);
            return entry.file();
        }
        if (entry != null) {
            cache.forget(name);
        }
        return look == null ? null : load(name, look, nowNs, nowMs);
    }

    private FolderLook look(String name) throws IOException {
        return FolderLook.at(folder.toRealPath(), name);
    }

    private SiteFile load(String name, FolderLook look, long nowNs, long nowMs)
            throws IOException {
        Map<String, SiteVariant> variants = new LinkedHashMap<>();
        long costBytes = OVERHEAD_BYTES + 2L * name.length();
        for (FolderLook.Found found : look.variants()) {
            Response response = fields.of(name, found.coding(), look.variants().size() > 1);
            byte[] bytes = found.sizeBytes() <= SMALL_BYTES ? read(found) : null;
            variants.put(found.coding(), bytes == null
                    ? new SiteVariant.Opened(found.file(), response)
                    : new SiteVariant.Held(FixedContent.of(bytes, response,
                            found.modified().toInstant())));
            costBytes += OVERHEAD_BYTES + (bytes == null ? 0 : bytes.length);
        }
        SiteFile file = new SiteFile(variants);
        if (cache.holds(costBytes) && look.isSettled(nowMs) && look.equals(look(name))) {
            cache.keep(name, new SiteCache.Entry(look, file, costBytes, nowNs));
        }
        return file;
    }

    /** All bytes; null if the file isn't small any more, or can't be opened, which will be told. */
    private static byte[] read(FolderLook.Found found) throws IOException {
        try (InputStream in = Files.newInputStream(found.file())) {
            byte[] bytes = in.readNBytes(SMALL_BYTES + 1);
            return bytes.length > SMALL_BYTES ? null : bytes;
        } catch (FileSystemException e) {
            return null; // gone, or too many open files: FileResponse has a status for each
        }
    }
}
