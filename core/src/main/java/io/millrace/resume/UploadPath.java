package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The paths of objects and the URLs of uploads. An upload has the URL of its object, with its name
 * in the query: what is allowed by path, in the store or in a proxy before it, holds for both.
 *
 * <p>Threads: any.
 */
final class UploadPath { // decision 253

    private static final String PARAMETER = "upload=";
    private static final int MAX_NAME = 128;
    private static final int RANDOM_BYTES = 16;

    /** Made for the first name: the JVM's providers of it cost a start 45 classes. */
    private static final class Made {

        static final SecureRandom RANDOM = new SecureRandom();
    }

    private UploadPath() {
    }

    /** The name of the upload in a query; empty if it can't be one, null if there is none. */
    static String uploadName(String query) {
        if (query == null) {
            return null;
        }
        for (String part : query.split("&", -1)) {
            if (part.startsWith(PARAMETER)) {
                String name = part.substring(PARAMETER.length());
                return isName(name) ? name : "";
            }
        }
        return null;
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= MAX_NAME && name.chars().allMatch(
                c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                        || c == '-' || c == '_');
    }

    /** The URL of an upload: an absolute path. */
    static String url(String path, String name) {
        return path + '?' + PARAMETER + name;
    }

    /** Whether two paths name the same, however they are percent-encoded. */
    static boolean isSame(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        String[] left = a.split("/", -1);
        String[] right = b.split("/", -1);
        if (left.length != right.length) {
            return false;
        }
        try {
            for (int i = 0; i < left.length; i++) {
                if (!PercentEncoding.decode(left[i], 0, left[i].length())
                        .equals(PercentEncoding.decode(right[i], 0, right[i].length()))) {
                    return false;
                }
            }
        } catch (HttpException e) {
            return false; // no path at all
        }
        return true;
    }

    /** A path and a slash at its end. */
    static String folder(RequestHead request) {
        String path = request.path();
        return path.endsWith("/") ? path : path + '/';
    }

    /** A name for an object that its client has given none. */
    static String randomName() {
        byte[] bytes = new byte[RANDOM_BYTES];
        Made.RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The path of an object in a folder. The store judges its names.
     *
     * @param folder with a slash at its end
     * @param fileName decoded; null if there is none
     * @param relativePath where below the folder it is, with the file's name at the end or a slash;
     *     decoded; null if it is in the folder itself
     * @throws HttpException 400 for a path that has other spellings: its client would be sent to
     *     one of an object
     */
    static String object(String folder, String fileName, String relativePath)
            throws HttpException {
        StringBuilder path = new StringBuilder(folder);
        String below = relativePath == null ? "" : relativePath;
        // What the browsers' drag and drop says begins with a slash.
        String[] segments = (below.startsWith("/") ? below.substring(1) : below).split("/", -1);
        for (int i = 0; i < segments.length - 1; i++) {
            path.append(PercentEncoding.encode(segments[i])).append('/');
        }
        String last = segments[segments.length - 1];
        boolean isNamed = fileName != null && !fileName.isEmpty();
        // Clients that have no relative path send what their language makes of that.
        boolean isSaid = !last.isEmpty() && !(segments.length == 1
                && (last.equals("null") || last.equals("undefined")));
        path.append(PercentEncoding.encode(isNamed ? fileName : isSaid ? last : randomName()));
        for (String segment : path.substring(1).split("/", -1)) {
            if (isNone(segment)) {
                throw new HttpException(Status.BAD_REQUEST,
                        "a path must not have empty segments, . or ..");
            }
        }
        return path.toString();
    }

    private static boolean isNone(String segment) {
        String plain = segment.replaceAll("(?i)%2e", ".");
        return plain.isEmpty() || plain.equals(".") || plain.equals("..");
    }
}
