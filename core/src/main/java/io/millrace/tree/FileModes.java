package io.millrace.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The permissions that new files and folders get, whatever the umask.
 *
 * <p>Threads: any, immutable.
 */
final class FileModes {

    private static final FileAttribute<?>[] NONE = {};

    /** Empty if they are left to the system. */
    private final Set<PosixFilePermission> ofFiles;
    private final Set<PosixFilePermission> ofFolders;

    /** @param ofFiles those of files; folders may be entered, too, by those who may read them */
    FileModes(Set<PosixFilePermission> ofFiles) {
        this.ofFiles = ofFiles;
        this.ofFolders = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : ofFiles) {
            ofFolders.add(permission);
            switch (permission) {
                case OWNER_READ -> ofFolders.add(PosixFilePermission.OWNER_EXECUTE);
                case GROUP_READ -> ofFolders.add(PosixFilePermission.GROUP_EXECUTE);
                case OTHERS_READ -> ofFolders.add(PosixFilePermission.OTHERS_EXECUTE);
                default -> { } // to write needs no more
            }
        }
    }

    /** Whether they are not left to the system. */
    boolean areSet() {
        return !ofFiles.isEmpty();
    }

    /**
     * What a new file is made with. The umask may take some of them away, so {@link #setFile}
     * follows; but it never has more, not even for a moment.
     */
    FileAttribute<?>[] atFirst() {
        return areSet() ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(ofFiles)}
                : NONE;
    }

    /** Gives a new file its permissions. No other program may be able to replace it by a link. */
    void setFile(Path file) throws IOException {
        if (areSet()) {
            Files.setPosixFilePermissions(file, ofFiles);
        }
    }

    /** Gives a new folder its permissions, as {@link #setFile}. */
    void setFolder(Path folder) throws IOException {
        if (areSet()) {
            Files.setPosixFilePermissions(folder, ofFolders);
        }
    }
}
