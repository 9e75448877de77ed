package io.millrace.store;

import io.millrace.option.Rule;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The permissions that stored files may be given. Threads: any. */
final class FileModeRule implements Rule<Set<PosixFilePermission>> {

    @Override
    public String violation(Set<PosixFilePermission> permissions) {
        if (permissions.isEmpty()) {
            return null;
        }
        boolean owned = permissions.contains(PosixFilePermission.OWNER_READ)
                && permissions.contains(PosixFilePermission.OWNER_WRITE);
        // What clients upload is not to be run, least of all by its name in a shell.
        boolean executable = permissions.contains(PosixFilePermission.OWNER_EXECUTE)
                || permissions.contains(PosixFilePermission.GROUP_EXECUTE)
                || permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
        return owned && !executable ? null
                : "must be readable and writable by the owner and not executable, such as 640";
    }
}
