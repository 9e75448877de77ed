package io.millrace.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * What some files look like from outside: equal states are files that nobody has changed.
 *
 * <p>Threads: any, immutable.
 */
record FileStates(List<String> states) {

    /** Looks at the files, through symbolic links: certbot and Kubernetes replace those. */
    static FileStates of(List<Path> files) {
        return new FileStates(files.stream().map(FileStates::state).toList());
    }

    private static String state(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (IOException e) {
            return e.getClass().getName(); // it is missing, for example, which is a state as well
        }
    }
}
