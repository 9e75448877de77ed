package io.millrace.app.serve;

/** Who serves the clients that come when a process of the program stops. */
enum Successor {

    /** As far as this process knows, nobody: it stops at once. */
    NONE,

    /** A process that listens at the same addresses and takes over the folder. */
    SAME_ADDRESS,

    /** Other nodes, to which whoever stands in front of them leads their clients. */
    OTHER_NODES
}
