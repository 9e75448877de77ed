package io.millrace.balance;

import io.millrace.server.Dispatch;
import io.millrace.server.ServerOptions;
import java.io.IOException;

/**
 * The servers that are compared: the article's drafts in their order, and Millrace by each
 * dispatch.
 *
 * <p>Threads: any.
 */
enum Subject {

    ONE_REACTOR("1 one reactor", workers -> new AcceptingReactors(1)),
    REUSED_PORT("2 reactors behind a reused port", AcceptingReactors::new),
    CONDITION("3 acceptor, mutex and condition",
            workers -> new DealtReactors(workers, ConditionMailbox::new)),
    WAKEUP("4 acceptor, mutex and wake-up",
            workers -> new DealtReactors(workers, WakeupMailbox::new)),
    MILLRACE("5 Millrace, round robin",
            workers -> new Millrace(ServerOptions.builder().workers(workers))),
    LEAST_LOADED("6 Millrace, least loaded", workers -> new Millrace(
            ServerOptions.builder().workers(workers).dispatch(Dispatch.LEAST_LOADED)));

    /** Starts a server with a number of threads that serve. */
    private interface Start {
        Server with(int workers) throws IOException;
    }

    private final String title;
    private final Start start;

    Subject(String title, Start start) {
        this.title = title;
        this.start = start;
    }

    String title() {
        return title;
    }

    Server start(int workers) throws IOException {
        return start.with(workers);
    }
}
