package io.millrace.bucket;

import io.millrace.s3.S3Keys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign the requests to an engine: an access key id, its secret, and for short-lived
 * keys a session token. Neither the secret nor the token is shown in any text.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class BucketKeys {

    private static final String ID = "AWS_ACCESS_KEY_ID";
    private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
    private static final String TOKEN = "AWS_SESSION_TOKEN";
    /** Room for many profiles with long tokens. */
    private static final int MAX_BYTES = 1 << 20;

    /** Null if the keys are of no file. */
    private final Path file;
    /** No file, or a pipe, such as one of the shell: to open that again would wait. */
    private final boolean isReadOnce;
    /** Null for a file that is not made of profiles. */
    private final String profile;
    private volatile S3Keys current;
    /** What the file was when it was read last. Guarded by this. */
    private List<Object> seen;

    private BucketKeys(S3Keys current) {
        this.file = null;
        this.isReadOnce = true;
        this.profile = null;
        this.current = current;
    }

    private BucketKeys(Path file, String profile) throws IOException {
        this.file = file;
        this.profile = profile;
        this.seen = look();
        this.isReadOnce = !Files.isRegularFile(file);
        this.current = read();
    }

    /**
     * Keys that stay.
     *
     * @param sessionToken of short-lived keys; null if there is none
     * @throws IllegalArgumentException if one of them is empty, or has a character that no key has;
     *     the message doesn't show it
     */
    public static BucketKeys of(String id, String secret, @Nullable String sessionToken) {
        return new BucketKeys(new S3Keys(id, secret, sessionToken));
    }

    /**
     * The keys of the variables that the programs of AWS read: {@code AWS_ACCESS_KEY_ID}, {@code
     * AWS_SECRET_ACCESS_KEY} and, for short-lived keys, {@code AWS_SESSION_TOKEN}.
     *
     * @param variables such as {@link System#getenv()}
     * @throws IllegalArgumentException if one is missing or malformed; the message names it
     */
    public static BucketKeys fromEnvironment(Map<String, String> variables) {
        return of(variable(variables, ID), variable(variables, SECRET),
                variables.getOrDefault(TOKEN, "").isEmpty() ? null : variables.get(TOKEN));
    }

    private static String variable(Map<String, String> variables, String name) {
        String value = variables.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("the environment has no " + name
                    + ": set it, or name a file with the keys");
        }
        return value;
    }

    /**
     * The keys of a file, which is read again soon after it has changed. It has the lines {@code
     * AWS_ACCESS_KEY_ID=...}, {@code AWS_SECRET_ACCESS_KEY=...} and, for short-lived keys, {@code
     * AWS_SESSION_TOKEN=...}, in any case; lines that begin with {@code #} and other names are
     * ignored. A file with one profile, as {@link #fromProfile} reads it, works too.
     *
     * @throws IOException with a message of one line and nothing of the keys, if it can't be read,
     *     every user of the machine may read it, or it is malformed
     */
    public static BucketKeys fromFile(Path file) throws IOException {
        return new BucketKeys(Objects.requireNonNull(file), null);
    }

    /**
     * The keys of a profile in a file of credentials as the programs of AWS share it, {@code
     * ~/.aws/credentials} for one. It is read again soon after it has changed.
     *
     * @param profile the name in brackets, such as {@code default}
     * @throws IOException as {@link #fromFile}, and if it has no such profile
     */
    public static BucketKeys fromProfile(Path file, String profile) throws IOException {
        return new BucketKeys(Objects.requireNonNull(file), Objects.requireNonNull(profile));
    }

    /** What requests are signed with now. */
    S3Keys current() {
        return current;
    }

    /**
     * Reads the file again if it has changed since it was read last; if there is no file, or it is
     * one that can be read only once, such as a pipe, does nothing. May block. A store does so once
     * a second.
     *
     * @return whether there are other keys now
     * @throws IOException as {@link #fromFile}; the keys stay what they were
     */
    public synchronized boolean reload() throws IOException {
        if (isReadOnce) {
            return false;
        }
        List<Object> now = look();
        if (now.equals(seen)) {
            return false;
        }
        S3Keys read = read();
        seen = now;
        boolean isOther = !read.equals(current);
        current = read;
        return isOther;
    }

    private List<Object> look() throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return List.of(key == null ? file : key, attributes.lastModifiedTime(),
                    attributes.size());
        } catch (NoSuchFileException e) {
            throw new IOException("there is no key file " + file, e);
        }
    }

    private S3Keys read() throws IOException {
        try {
            checkPermissions();
            byte[] bytes = bytes();
            if (bytes.length > MAX_BYTES) {
                throw new IOException("the key file " + file + " is larger than 1 MiB");
            }
            KeysText text = new KeysText(new String(bytes, StandardCharsets.UTF_8), profile);
            return new S3Keys(text.value(ID), text.value(SECRET), text.valueOrNull(TOKEN));
        } catch (IllegalArgumentException e) { // which shows nothing of the keys
            throw new IOException("the key file " + file + " is malformed: " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no key file " + file, e);
        }
    }

    private byte[] bytes() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new IOException("the key file " + file + " can't be read: permission denied", e);
        } catch (IOException e) {
            throw new IOException("the key file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    // Decision 173: group members may read it. systemd and Kubernetes hand secrets over so (0440).
    private void checkPermissions() throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.isRegularFile(file)) {
            return; // a system with other permissions, or a pipe from the shell
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("the key file " + file
                    + " is open to every user of this machine: chmod it to 600");
        }
    }

    /** The first characters of the access key id, and no secret. */
    @Override
    public String toString() {
        return current.toString();
    }
}
