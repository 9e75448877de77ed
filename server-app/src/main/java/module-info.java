/** The Millrace program: the file store as a server, and the tool that puts load on it. */
module io.millrace.app {
    requires io.millrace.core;
    requires jdk.jfr;

    provides System.LoggerFinder with io.millrace.app.log.ConsoleLog;
}
