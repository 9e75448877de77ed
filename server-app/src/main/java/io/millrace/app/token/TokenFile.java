package io.millrace.app.token;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Reads a token file as a whole. Threads: any.
 */
public final class TokenFile {

    /** Room for 1,024 lines with long tokens. */
    private static final int MAX_BYTES = 1 << 20;

    private TokenFile() {
    }

    /**
     * The path that a flag names.
     *
     * @throws CommandException if it can't be one
     */
    public static Path path(String flag, String text) throws CommandException {
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(flag + " must be a file: " + wrong.getMessage());
        }
    }

    /**
     * Who may do what, by a file.
     *
     * @throws CommandException if it can't be read, all users may read or change it, or it is
     *     malformed; in one line with what to do, and nothing of the file
     */
    public static AccessRules read(Path file) throws CommandException {
        try {
            checkPermissions(file);
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            return rules(file, bytes);
        } catch (NoSuchFileException e) {
            throw CommandException.failure("there is no token file " + file);
        } catch (AccessDeniedException e) {
            throw CommandException.failure("the token file " + file
                    + " can't be read by this user: chown or chmod it");
        } catch (IOException e) {
            throw CommandException.failure("the token file " + file + " can't be read: " + e);
        }
    }

    /**
     * Refuses a file in the store's folder, where it is an object: requests could read it, and
     * replace it, tokens by some with more rights.
     *
     * @param kind what the file is, such as {@code token file}
     * @throws CommandException if it is there, by its own path or that of a link
     */
    public static void refuseWithin(Path folder, String kind, Path file) throws CommandException {
        boolean isWithin;
        try {
            isWithin = file.toRealPath().startsWith(folder.toRealPath());
        } catch (IOException e) {
            return; // there is no folder yet that it could be in, or it is a pipe from the shell
        }
        if (isWithin) {
            throw CommandException.usage("the " + kind + " " + file + " is in the store's folder "
                    + folder + ", where requests can reach it: move it to another folder");
        }
    }

    // Decision 173: group members may read it. systemd and Kubernetes hand secrets over so (0440).
    private static void checkPermissions(Path file) throws IOException, CommandException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.isRegularFile(file)) {
            return; // a system with other permissions, or a pipe from the shell
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw CommandException.failure("the token file " + file
                    + " is open to every user of this machine: type chmod 600 " + quoted(file));
        }
    }

    /** A path as a shell takes it. */
    private static String quoted(Path file) {
        String text = file.toString();
        return text.matches("[\\w./+@%:,=-]+") && !text.startsWith("-") ? text
                : "-- '" + text.replace("'", "'\\''") + "'";
    }

    private static AccessRules rules(Path file, byte[] bytes) throws CommandException {
        if (bytes.length > MAX_BYTES) {
            throw CommandException.usage("the token file " + file + " is larger than 1 MiB");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw CommandException.usage("the token file " + file + " is not UTF-8");
        }
        try {
            return AccessRules.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("the token file " + file + ", " + e.getMessage());
        }
    }
}
