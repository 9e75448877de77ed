package io.millrace.file;

import java.nio.file.Path;

/**
 * The names in a folder that is held open, or those that are absolute paths, by system calls of
 * Linux.
 *
 * <p>Threads: any.
 */
final class LinuxFileCalls implements FileCalls {

    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;

    /** The folder, open; or {@link LinuxCalls#NO_FOLDER}. */
    private final int descriptor;

    private LinuxFileCalls(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Names that are absolute paths. */
    static LinuxFileCalls ofPaths() {
        return new LinuxFileCalls(LinuxCalls.NO_FOLDER);
    }

    @Override
    public FileState state(String name) {
        CallMemory memory = CallMemory.own();
        if (!isUsable(name) || !memory.name(name)) {
            return null;
        }
        int result = LinuxCalls.state(memory, descriptor, memory.name());
        if (result == 0) {
            return memory.state();
        }
        return result == -ENOENT || result == -ENOTDIR ? FileState.NOTHING : null;
    }

    @Override
    public NewFile create(String name) {
        CallMemory memory = CallMemory.own();
        if (!isUsable(name) || !memory.name(name)) {
            return null;
        }
        int file = LinuxCalls.create(memory, descriptor);
        return file < 0 ? null : new LinuxNewFile(file);
    }

    @Override
    public boolean move(String name, FileCalls to, String toName) {
        return move(name, to, toName, 0);
    }

    @Override
    public boolean moveNew(String name, FileCalls to, String toName) {
        return move(name, to, toName, LinuxCalls.RENAME_NOREPLACE);
    }

    private boolean move(String name, FileCalls to, String toName, int flags) {
        LinuxFileCalls folder = (LinuxFileCalls) to;
        CallMemory memory = CallMemory.own();
        return isUsable(name) && folder.isUsable(toName) && memory.name(name)
                && memory.toName(toName)
                && LinuxCalls.rename(memory, descriptor, folder.descriptor, flags) == 0;
    }

    @Override
    public boolean delete(String name) {
        CallMemory memory = CallMemory.own();
        return isUsable(name) && memory.name(name) && LinuxCalls.unlink(memory, descriptor) == 0;
    }

    @Override
    public FileCalls folder(String name, Object fileKey) {
        CallMemory memory = CallMemory.own();
        if (!isUsable(name) || !memory.name(name)) {
            return null;
        }
        int folder = LinuxCalls.openFolder(memory, descriptor);
        if (folder < 0) {
            return null;
        }
        boolean isIt = LinuxCalls.state(memory, folder, LinuxCalls.ITSELF) == 0
                && FileState.isOneKey(memory.state().fileKey(), fileKey);
        if (!isIt) {
            LinuxCalls.close(memory, folder);
            return null;
        }
        return new LinuxFileCalls(folder);
    }

    @Override
    public Path heldPath() {
        return descriptor == LinuxCalls.NO_FOLDER ? null : Path.of("/proc/self/fd/" + descriptor);
    }

    /** A relative path begins elsewhere for the JDK if {@code user.dir} was set at its start. */
    private boolean isUsable(String name) {
        return descriptor != LinuxCalls.NO_FOLDER || name.startsWith("/");
    }

    @Override
    public void close() {
        if (descriptor != LinuxCalls.NO_FOLDER) {
            LinuxCalls.close(CallMemory.own(), descriptor);
        }
    }
}
