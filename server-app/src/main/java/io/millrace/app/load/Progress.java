package io.millrace.app.load;

/**
 * Shows how far a load run is.
 *
 * <p>Threads: main.
 */
interface Progress {

    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void draw(long elapsedNs, double share, long doneRequests, long movedBytes) {
            // nobody looks
        }

        @Override
        public void clear() {
            // nothing is shown
        }
    };

    /**
     * Some time has passed.
     *
     * @param elapsedNs since the measured part began; below 0 in the warm-up
     * @param share of the measured part that is done, from 0 to 1; 0 if that is unknown
     * @param doneRequests since the start, with those of the warm-up
     * @param movedBytes in both directions, with those of the warm-up
     */
    void draw(long elapsedNs, double share, long doneRequests, long movedBytes);

    /** The run has ended. */
    void clear();
}
