package io.millrace.archive;

import io.millrace.content.MediaTypes;
import java.util.Set;
import java.util.zip.Deflater;

/**
 * Tells what is compressed already, by a file's name and, where that says nothing, by its first
 * bytes.
 *
 * <p>Threads: any, but each with a deflater of its own.
 */
final class Compression { // decision 276

    /** Smaller objects aren't worth the trial. */
    private static final int LEAST_TRIAL_BYTES = 4096;
    static final int TRIAL_BYTES = 32 * 1024;
    private static final int SCRATCH_BYTES = 4096;
    /** What loses less than a 16th is taken for compressed. */
    private static final int LEAST_SHARE_SAVED = 16;

    /** Of images, sound and films, those that are not compressed, or can be some more. */
    private static final Set<String> PLAIN_MEDIA = Set.of("image/bmp", "image/tiff",
            "image/svg+xml", "image/vnd.microsoft.icon", "image/vnd.adobe.photoshop",
            "audio/wav", "audio/midi", "audio/aiff");
    private static final Set<String> COMPRESSED = Set.of("application/epub+zip",
            "application/zip", "application/gzip", "application/zstd",
            "application/x-7z-compressed", "application/x-xz", "application/x-bzip2",
            "application/x-brotli", "application/vnd.rar", "application/java-archive",
            "application/vnd.debian.binary-package", "application/x-rpm",
            "application/vnd.android.package-archive", "application/x-apple-diskimage",
            "application/vnd.apache.parquet", "font/woff", "font/woff2");
    private static final String OFFICE = "application/vnd.openxmlformats-officedocument.";
    private static final String OPEN_OFFICE = "application/vnd.oasis.opendocument.";

    private Compression() {
    }

    /** Whether files of this name are compressed. */
    static boolean isCompressed(String fileName) {
        String type = MediaTypes.of(fileName);
        boolean media = type.startsWith("image/") || type.startsWith("audio/")
                || type.startsWith("video/");
        return media ? !PLAIN_MEDIA.contains(type)
                : COMPRESSED.contains(type) || type.startsWith(OFFICE)
                        || type.startsWith(OPEN_OFFICE);
    }

    /** Whether an object of this name and size is to be tried. */
    static boolean isUnclear(String fileName, long sizeBytes) {
        return sizeBytes >= LEAST_TRIAL_BYTES && !MediaTypes.of(fileName).startsWith("text/");
    }

    /**
     * Whether bytes are hardly made fewer.
     *
     * @param deflater at its beginning, where it is again afterwards
     */
    static boolean isInVain(byte[] bytes, int count, Deflater deflater) {
        byte[] scratch = new byte[SCRATCH_BYTES];
        deflater.setInput(bytes, 0, count);
        deflater.finish();
        long most = count - count / LEAST_SHARE_SAVED;
        while (!deflater.finished() && deflater.getBytesWritten() < most) {
            deflater.deflate(scratch);
        }
        boolean inVain = deflater.getBytesWritten() >= most;
        deflater.reset();
        return inVain;
    }
}
