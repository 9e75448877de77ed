package io.millrace.tree;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What a failure of the file system is called in HTTP.
 *
 * <p>Java tells most causes apart by nothing but the system's own message, so they are known here
 * by the English texts of POSIX; in another language they become a plain 500. Threads: any.
 */
public final class FileErrors {

    private static final Response NO_SPACE = text(Status.INSUFFICIENT_STORAGE,
            "no space left on the disk");
    private static final Response FAILED = text(Status.INTERNAL_SERVER_ERROR,
            "the file system failed");
    private static final Response NOT_PERMITTED = text(Status.FORBIDDEN,
            "the system denied access to the file");
    private static final Response NAME_TOO_LONG = text(Status.BAD_REQUEST,
            "invalid key: the name is too long for this file system");
    private static final Response BUSY = text(Status.SERVICE_UNAVAILABLE,
            "too many open files; retry later").with("Retry-After", "1");

    private FileErrors() {
    }

    private static Response text(Status status, String line) {
        return Response.text(line + "\n").with(status);
    }

    /** The response to a request that failed: 500 unless a client should know the cause. */
    static Response answer(IOException e) {
        Response named = named(e);
        return named == null ? FAILED : named;
    }

    /** Whether this response blames the request, and nothing is wrong with the store. */
    static boolean isOfClient(Response answer) {
        return answer == NAME_TOO_LONG;
    }

    /** Whether it failed for want of blocks or of inodes, on the disk or in its quota. */
    static boolean isOfSpace(IOException e) {
        return named(e) == NO_SPACE;
    }

    private static Response named(IOException e) {
        if (e instanceof AccessDeniedException) {
            return NOT_PERMITTED;
        }
        String reason = reason(e);
        if (reason.contains("No space left") || reason.contains("quota exceeded")) {
            return NO_SPACE;
        }
        if (reason.contains("Too many open files")) {
            return BUSY;
        }
        if (reason.contains("name too long")) {
            return NAME_TOO_LONG;
        }
        if (reason.contains("Read-only file system") || reason.contains("not permitted")
                || reason.contains("Permission denied")) {
            return NOT_PERMITTED;
        }
        return null;
    }

    /** Whether it failed because a folder or a link is where a file was a moment ago. */
    public static boolean isOfNoObject(IOException e) {
        String reason = reason(e);
        return e instanceof DirectoryNotEmptyException || reason.contains("Is a directory")
                || reason.contains("levels of symbolic links");
    }

    /** Whether a folder can't be made because something else has its name. */
    static boolean isOfTakenName(IOException e) {
        String reason = reason(e);
        return isOfFullFolder(e)
                || reason.contains("Not a directory");
    }

    /** Whether a folder can't be removed because something is in it. */
    public static boolean isOfFullFolder(IOException e) {
        return e instanceof DirectoryNotEmptyException || e instanceof FileAlreadyExistsException
                || reason(e).contains("not empty");
    }

    /** Whether a folder is not there, or no folder. */
    public static boolean isOfNoFolder(IOException e) {
        String reason = reason(e);
        return e instanceof NoSuchFileException || e instanceof NotDirectoryException
                || reason.contains("Not a directory")
                || reason.contains("levels of symbolic links");
    }

    /** Whether the file can't be replaced or removed because the system has mounted it there. */
    public static boolean isOfMountPoint(IOException e) {
        return reason(e).contains("resource busy");
    }

    /** The cause in a few words, without the path. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException failure
                ? failure.getReason() : e.getMessage();
        return reason != null ? reason : e.getClass().getSimpleName();
    }
}
