package io.millrace.tree;

import io.millrace.meta.MetaStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is in a store's folder. */
public final class FolderNames {

    /** What the lock of a folder is called. */
    public static final String LOCK_FILE = FolderLock.FILE_NAME;

    private FolderNames() {
    }

    /** The names of the objects, of what is in the parts' folder, and of anything else. */
    public static Set<String> of(Path folder) throws IOException {
        return of(folder, folder);
    }

    /** The same of a folder below a store's, with what is in the parts' folder of that. */
    public static Set<String> of(Path root, Path folder) throws IOException {
        Set<String> names = in(folder);
        names.remove(LOCK_FILE);
        names.remove(StagingFolder.FOLDER_NAME);
        names.remove(MetaStore.FOLDER_NAME);
        if (Files.exists(root.resolve(StagingFolder.FOLDER_NAME))) {
            for (String part : in(root.resolve(StagingFolder.FOLDER_NAME))) {
                names.add(StagingFolder.FOLDER_NAME + '/' + part);
            }
        }
        return names;
    }

    private static Set<String> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            // A zip's folders end in a slash.
            files.forEach(file -> names.add(file.getFileName().toString().replace("/", "")));
            return names;
        }
    }
}
