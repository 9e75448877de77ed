package io.millrace.store;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;

/**
 * What a failure of the file system is called in HTTP.
 *
 * <p>Java tells most causes apart by nothing but the system's own message, so they are known here
 * by the English texts of POSIX; on a system that speaks another language they become a plain 500
 * (507 while a body is written). Threads: any.
 */
final class FileErrors {

    private static final Response NO_SPACE = Responses.text(Status.INSUFFICIENT_STORAGE,
            "no space left on the disk");
    private static final Response NOT_WRITTEN = Responses.text(Status.INSUFFICIENT_STORAGE,
            "the object could not be written");
    private static final Response NOT_PERMITTED = Responses.text(Status.FORBIDDEN,
            "the system denied access to the file");
    private static final Response NAME_TOO_LONG = Responses.text(Status.BAD_REQUEST,
            "invalid key: the name is too long for this file system");
    private static final Response BUSY = Responses.text(Status.SERVICE_UNAVAILABLE,
            "too many open files; retry later").with("Retry-After", "1");

    private FileErrors() {
    }

    /**
     * The answer to a request that failed before or after its body.
     *
     * @throws IOException the failure itself if it is none that a client should know by its name;
     *     the server logs it and answers 500
     */
    static Response answer(IOException e) throws IOException {
        Response named = named(e);
        if (named == null) {
            throw e;
        }
        return named;
    }

    /** The answer when a body's bytes could not be written: whatever the cause, they don't fit. */
    static Response ofWriting(IOException e) {
        Response named = named(e);
        return named == null ? NOT_WRITTEN : named;
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
    static boolean isOfNoObject(IOException e) {
        String reason = reason(e);
        return e instanceof DirectoryNotEmptyException || reason.contains("Is a directory")
                || reason.contains("levels of symbolic links");
    }

    /** Whether the file can't be replaced or removed because the system has mounted it there. */
    static boolean isOfMountPoint(IOException e) {
        return reason(e).contains("resource busy");
    }

    /** The cause in a few words, without the path. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException failure
                ? failure.getReason() : e.getMessage();
        return reason != null ? reason : e.getClass().getSimpleName();
    }
}
