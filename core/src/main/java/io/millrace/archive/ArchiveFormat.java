package io.millrace.archive;

import java.util.Locale;
import java.util.function.Supplier;

/** How an archive may be written. Threads: any, immutable. */
enum ArchiveFormat {

    ZIP("application/zip", ZipWriter::new),
    /** The media type is the one in use; IANA has none. */
    TAR("application/x-tar", TarWriter::new);

    private final String mediaType;
    private final Supplier<ArchiveWriter> writers;

    ArchiveFormat(String mediaType, Supplier<ArchiveWriter> writers) {
        this.mediaType = mediaType;
        this.writers = writers;
    }

    /** What a query calls it. */
    String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How names of such files end. */
    String ending() {
        return '.' + parameter();
    }

    String mediaType() {
        return mediaType;
    }

    ArchiveWriter writer() {
        return writers.get();
    }
}
