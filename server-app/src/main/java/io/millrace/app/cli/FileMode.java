package io.millrace.app.cli;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Permissions of a file as {@code chmod} takes them, in octal; "system", which is none,
 * leaves them to the umask.
 *
 * <p>Threads: any.
 */
public final class FileMode extends FlagType<Set<PosixFilePermission>> {

    public static final FlagType<Set<PosixFilePermission>> MODE = new FileMode();

    private FileMode() {
        super("OCTAL|system");
    }

    @Override
    public Set<PosixFilePermission> read(String text) {
        if (text.equals("system")) {
            return Set.of();
        }
        if (!text.matches("0?[0-7]{3}") || text.matches("0+")) {
            throw new IllegalArgumentException("an octal mode such as 660, or system");
        }
        int bits = Integer.parseInt(text, 8);
        return Stream.of(PosixFilePermission.values()).filter(p -> (bits & bit(p)) != 0)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(PosixFilePermission.class)));
    }

    @Override
    public String show(Set<PosixFilePermission> permissions) {
        int bits = permissions.stream().mapToInt(FileMode::bit).sum();
        return bits == 0 ? "system" : String.format("%03o", bits);
    }

    /** The permissions' order is that of {@code rwxrwxrwx}. */
    private static int bit(PosixFilePermission permission) {
        return 0400 >> permission.ordinal();
    }
}
