package io.millrace.site;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a look at a folder has found of one file: its variants, and what tells their versions from
 * others. Threads: any, immutable.
 *
 * @param variants in the order of preference, the plain one last
 */
record FolderLook(List<Found> variants) {

    /** A file may change again within this time and keep its time, by steps of up to 2 s. */
    private static final long SETTLING_MS = 3000;

    /**
     * A file.
     *
     * @param coding that it has, or {@link SiteVariant#IDENTITY}
     * @param file where it is, by no link
     * @param fileKey null if the file system has none
     */
    record Found(String coding, Path file, long sizeBytes, FileTime modified, Object fileKey) {
    }

    /**
     * Looks at a file and those beside it that have it in a coding.
     *
     * @param root the folder, links resolved
     * @param name as {@link SitePath} returns it
     * @return null if there is no such file
     */
    static FolderLook at(Path root, String name) throws IOException {
        Found plain = find(root, name, SiteVariant.IDENTITY);
        if (plain == null) {
            return null;
        }
        List<Found> variants = new ArrayList<>(1);
        for (Map.Entry<String, String> coding : SiteVariant.CODINGS.entrySet()) {
            Found coded = find(root, name + coding.getValue(), coding.getKey());
            if (coded != null) {
                variants.add(coded);
            }
        }
        variants.add(plain);
        return new FolderLook(variants);
    }

    private static Found find(Path root, String name, String coding) throws IOException {
        try {
            Path path = root.resolve(name);
            if (!exists(path)) {
                return null;
            }
            Path file = path.toRealPath();
            if (!isInside(root, file)) {
                return null;
            }
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class);
            return !attributes.isRegularFile() ? null : new Found(coding, file, attributes.size(),
                    attributes.lastModifiedTime(), attributes.fileKey());
        } catch (FileSystemException | InvalidPathException e) {
            return null; // missing, below a file, too long, not permitted, or no name here at all
        }
    }

    /** Most names that are looked for are those of codings, and before JDK 21 each throws. */
    private static boolean exists(Path path) {
        return path.getFileSystem() == FileSystems.getDefault() ? path.toFile().exists()
                : Files.exists(path);
    }

    /**
     * Whether a file is in the folder and not hidden: by its own name, as a link, a short name or
     * letters that the file system ignores may have led to it. Folders that begin with two dots are
     * Kubernetes', whose volumes have links by way of them.
     */
    private static boolean isInside(Path root, Path file) { // decision 427
        if (!file.startsWith(root)) {
            return false;
        }
        Path below = root.relativize(file);
        for (int i = 0; i < below.getNameCount(); i++) {
            String segment = below.getName(i).toString();
            boolean open = !segment.startsWith(".") || segment.startsWith("..")
                    || i == 0 && !SitePath.isHidden(segment);
            if (!open) {
                return false;
            }
        }
        return true;
    }

    /** Whether every later change shows in another look. */
    boolean isSettled(long nowMs) {
        for (Found found : variants) {
            if (nowMs - found.modified().toMillis() <= SETTLING_MS) {
                return false;
            }
        }
        return true;
    }
}
