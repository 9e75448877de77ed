package io.millrace.store;

import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.KeyResponses;

/** The responses that are always the same, or begin so. Threads: any, they are immutable. */
final class Responses {

    static final Response OK = KeyResponses.OK;
    static final Response CREATED = KeyResponses.CREATED;
    static final Response NO_CONTENT = KeyResponses.NO_CONTENT;
    static final Response NOT_MODIFIED = Response.of(Status.NOT_MODIFIED);
    /** How every response with an object begins. */
    static final Response OBJECT = KeyResponses.OBJECT;

    static final Response PART_OF_PUT = KeyResponses.PART_OF_PUT;
    static final Response CHANGED = text(Status.CONFLICT,
            "the object has changed while a part of it came: use HEAD to see what it is now");
    // RFC 9110 s12.5.3: says which codings would have been taken.
    static final Response CODED_PUT = text(Status.UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding is not kept: send the object without a coding")
            .with("Accept-Encoding", "identity");
    static final Response LENGTH_REQUIRED = KeyResponses.LENGTH_REQUIRED;
    static final Response READ_ONLY =
            text(Status.FORBIDDEN, "the store is read-only: use GET or HEAD");
    static final Response NOT_FOUND = KeyResponses.NOT_FOUND;
    /** No object either, but a folder: where those are listed, 308 takes its place. */
    static final Response FOLDER = text(Status.NOT_FOUND, "not found");
    static final Response ONE_SEGMENT = text(Status.NOT_FOUND,
            "not found: a key is a single path segment: use /KEY, such as /a-b in place of /a/b");
    static final Response ONE_SEGMENT_TO_PUT = text(Status.CONFLICT,
            "a key is a single path segment: use /KEY, such as /a-b in place of /a/b");
    static final Response NO_KEY = KeyResponses.NO_KEY;
    static final Response NO_KEY_TO_PUT = KeyResponses.NO_KEY_TO_PUT;
    static final Response UNLISTED = KeyResponses.UNLISTED;
    static final Response BELOW_OBJECT = text(Status.CONFLICT,
            "a name on the way is taken by something that is not a folder: use another key");
    static final Response FOLDER_WITH_BODY = KeyResponses.FOLDER_WITH_BODY;
    static final Response NO_FOLDER = text(Status.CONFLICT,
            "the name is taken by something that is not a folder: use another name");
    static final Response NOT_EMPTY = KeyResponses.NOT_EMPTY;
    static final Response OTHER_DEVICE = text(Status.CONFLICT,
            "the folder is another file system, where no object can be moved: use another key");
    // Nexus, GitHub Packages and pypiserver say 409, too; RFC 9110 s15.5.13 has 412 for conditions
    // that the client has set.
    static final Response EXISTS = text(Status.CONFLICT,
            "the object exists and this store replaces none: use another key");
    static final Response NO_OBJECT = text(Status.CONFLICT,
            "the name is taken by something that is not a regular file: use another key");
    static final Response IN_USE = text(Status.CONFLICT,
            "the file is a mount point of the system: use another key, or unmount it");
    static final Response TOO_LARGE = KeyResponses.TOO_LARGE;
    static final Response NO_ROOM = text(Status.INSUFFICIENT_STORAGE,
            "the object exceeds the quota of this store: delete others first");
    static final Response UNCOUNTED = text(Status.SERVICE_UNAVAILABLE,
            "the store has just been opened and counts its objects for the quota; retry later")
            .with("Retry-After", "1");
    static final Response NO_ROOM_YET = text(Status.INSUFFICIENT_STORAGE,
            "the store is full, and the least recently used objects are leaving it; retry later")
            .with("Retry-After", "1");
    static final Response BUSY = text(Status.SERVICE_UNAVAILABLE,
            "too many requests are waiting for the disk; retry later").with("Retry-After", "1");
    static final Response STORED_UNFORCED = text(Status.INTERNAL_SERVER_ERROR,
            "the object is stored, but it may not survive a power failure");
    static final Response STORED_UNDATED = text(Status.INTERNAL_SERVER_ERROR,
            "the object is stored, but its time can't be set: its entity tag may be an earlier "
                    + "one's");
    static final Response DELETED_UNFORCED = text(Status.INTERNAL_SERVER_ERROR,
            "the object is deleted, but it may come back after a power failure");
    // RFC 4918 s9.9.4 has 403 for this one.
    static final Response SAME = text(Status.FORBIDDEN,
            "Destination is the path of the request: use another one");
    static final Response INTO_ITSELF = text(Status.CONFLICT,
            "Destination is in the folder that is moved: use a path outside of it");
    static final Response TAKEN = text(Status.PRECONDITION_FAILED,
            "Overwrite is F, and something has the name of the destination: use another one");
    static final Response FOLDER_TO_MOVE = text(Status.NOT_FOUND,
            "no object has this name, but a folder: end both paths with a slash to move it");
    static final Response OTHER_KIND = text(Status.CONFLICT,
            "a folder is moved to a path that ends in a slash, an object to one that doesn't: "
                    + "end both paths with a slash, or neither");
    static final Response FULL_DESTINATION = text(Status.CONFLICT,
            "the folder at the destination is not empty: DELETE what is in it first, or use "
                    + "another name");
    static final Response LONG_DESTINATION = text(Status.CONFLICT,
            "an object in the folder would get a path that is too long for this store: use a "
                    + "shorter one");
    static final Response MANY_OBJECTS = text(Status.CONFLICT,
            "the folder has too many objects to be moved at once on this file system: move what "
                    + "is in it in parts");
    static final Response NO_FOLDER_MOVES = text(Status.NOT_IMPLEMENTED,
            "folders can't be moved on this file system: move the objects in it");
    static final Response MOVED_UNFORCED = text(Status.INTERNAL_SERVER_ERROR,
            "it is moved, but it may be back under its old path after a power failure");
    static final Response MOVED_UNDATED = text(Status.INTERNAL_SERVER_ERROR,
            "the object is moved, but its time can't be set: its entity tag may be an earlier "
                    + "one's");
    static final Response HANDED_OVER = text(Status.SERVICE_UNAVAILABLE,
            "another process has taken over the folder of this store; retry on a new connection")
            .with("Retry-After", "0").with("Connection", "close");
    static final Response NOT_HANDED_OVER = text(Status.SERVICE_UNAVAILABLE,
            "the process before this one still changes the folder of this store; retry later")
            .with("Retry-After", "1");
    static final Response UNRESUMABLE = text(Status.NOT_IMPLEMENTED,
            "this store keeps no unfinished uploads: send the object with one PUT");
    static final Response NO_UPLOAD = text(Status.NOT_FOUND,
            "no such upload: it has expired or was ended; begin a new one");
    static final Response CLOSED = KeyResponses.CLOSED;

    private Responses() {
    }

    /** As {@link KeyResponses#elsewhere}. */
    static Response elsewhere(String location) {
        return KeyResponses.elsewhere(location);
    }

    /** As {@link KeyResponses#text}. */
    static Response text(Status status, String line) {
        return KeyResponses.text(status, line);
    }
}
