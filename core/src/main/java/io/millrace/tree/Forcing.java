package io.millrace.tree;

import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that has to be forced for one change to last: the folder that it was made in, and
 * those above in which a folder on the way may be new.
 *
 * <p>Threads: one at a time; blocks until the device has answered.
 */
public final class Forcing implements AutoCloseable {

    private record Step(FolderForce.Pending pending, Runnable done) {
    }

    private final FaultLog faults;
    private final List<Step> steps = new ArrayList<>(1);

    Forcing(FaultLog faults) {
        this.faults = faults;
    }

    /**
     * Opens what one more force needs, before the change is made.
     *
     * @param done what to run when the names are on the device; null for nothing
     */
    void add(FolderForce force, Runnable done) throws IOException {
        steps.add(new Step(force.open(), done));
    }

    /**
     * Opens what the force of one more folder needs, before the change is made.
     *
     * @param done what to run when the names are on the device; null for nothing
     */
    public void add(Path folder, Runnable done) throws IOException {
        add(new FolderForce(folder, List.of(), faults), done);
    }

    /**
     * The response to a change that has been made, once it is on the device.
     *
     * @param request what has been done, such as {@code PUT /key}
     * @param done the response if it is
     * @param unforced the response if it may not be
     */
    public Response settle(String request, Response done, Response unforced) {
        Step step = null;
        try {
            // From above: a name that is said to be forced is below others that are.
            for (int i = steps.size() - 1; i >= 0; i--) {
                step = steps.get(i);
                step.pending().changesSoFar();
                if (step.done() != null) {
                    step.done().run();
                }
            }
            return done;
        } catch (IOException e) {
            faults.log(request + " is done, but the folder " + step.pending().folder()
                    + " can't be forced to the device", e);
            return unforced;
        }
    }

    /** How many folders are forced. */
    int count() {
        return steps.size();
    }

    @Override
    public void close() {
        steps.forEach(step -> step.pending().close());
    }
}
