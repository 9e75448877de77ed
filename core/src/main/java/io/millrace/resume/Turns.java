package io.millrace.resume;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.util.HashMap;
import java.util.Map;

/**
 * Sees to it that one request at a time works on an upload, and that the newest one wins: it has
 * the server stop the body of the one before, waits until that has ended, and goes on where it has
 * left off. A client that comes again has given up its earlier request, whatever the server knows
 * of it (draft-ietf-httpbis-resumable-upload section 4.6).
 *
 * <p>Threads: any.
 */
final class Turns { // decision 254

    /** What a request gets. Its methods are called once at most, one of the two. */
    interface Claim {

        /** It is this request's turn, until {@link Turn#end}. */
        void granted(Turn turn);

        /** A newer request came before it was this one's turn. */
        void superseded();
    }

    /** The right of one request to work on an upload. */
    final class Turn {

        private final String name;
        private final Claim claim;
        /** Null once its body is whole, or if it has none that anybody could stop. */
        private RequestHead request;
        private boolean ended;

        Turn(String name, RequestHead request, Claim claim) {
            this.name = name;
            this.request = request;
            this.claim = claim;
        }

        /** The body of the request has come to its end, one or the other: there is none to stop. */
        void bodyEnded() {
            synchronized (Turns.this) {
                request = null;
            }
        }

        /** Tells the client something before the response, unless that may have begun. */
        void inform(Response response) {
            synchronized (Turns.this) {
                if (request != null) {
                    request.inform(response);
                }
            }
        }

        /** The request has done with the upload. Nothing happens the second time. */
        void end() {
            Turn next;
            synchronized (Turns.this) {
                if (ended) {
                    return;
                }
                ended = true;
                ends[slot(name)]++;
                Place place = places.get(name);
                next = place.waiting;
                place.current = next;
                place.waiting = null;
                if (next == null) {
                    places.remove(name);
                }
            }
            if (next != null) {
                next.claim.granted(next);
            }
        }
    }

    /** Who works on an upload, and who is next; nobody else waits. */
    private static final class Place {

        private Turn current;
        private Turn waiting;
    }

    /** By the names of uploads. Guarded by this. */
    private final Map<String, Place> places = new HashMap<>();
    /** How many turns have ended; a number for several uploads. Guarded by this. */
    private final int[] ends = new int[256];

    /** A number that is another one once a turn to work on this upload has ended. */
    synchronized int ends(String name) {
        return ends[slot(name)];
    }

    private int slot(String name) {
        return Math.floorMod(name.hashCode(), ends.length);
    }

    /** Asks for the next turn. The claim may get its word at once, on this thread. */
    void take(String name, RequestHead request, Claim claim) {
        Turn turn = new Turn(name, request, claim);
        Turn older = null;
        boolean now = false;
        synchronized (this) {
            Place place = places.get(name);
            if (place == null) {
                place = new Place();
                place.current = turn;
                places.put(name, place);
                now = true;
            } else {
                older = place.waiting;
                place.waiting = turn;
                // Under the lock: the head is valid as long as its body has not ended.
                if (place.current.request != null) {
                    place.current.request.stopBody();
                }
            }
        }
        if (older != null) {
            older.claim.superseded();
        }
        if (now) {
            claim.granted(turn);
        }
    }

    /**
     * The turn of a request that has begun an upload, of which no other one knows yet.
     *
     * @throws IllegalStateException if somebody works on it all the same
     */
    Turn first(String name, RequestHead request) {
        Turn turn = tryTake(name);
        if (turn == null) {
            throw new IllegalStateException("a new upload is in use: " + name);
        }
        synchronized (this) {
            turn.request = request;
        }
        return turn;
    }

    /** A turn if nobody works on the upload; null otherwise. */
    Turn tryTake(String name) {
        synchronized (this) {
            if (places.containsKey(name)) {
                return null;
            }
            Place place = new Place();
            place.current = new Turn(name, null, null);
            places.put(name, place);
            return place.current;
        }
    }

    /** Whether a request works on the upload. */
    synchronized boolean isTaken(String name) {
        return places.containsKey(name);
    }
}
