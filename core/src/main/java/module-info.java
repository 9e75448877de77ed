/**
 * The Millrace server library: an HTTP/1.1 server for large bodies and the file store built on it.
 *
 * <p>Start at {@link io.millrace.server.HttpServer}, or at {@link io.millrace.http.Handler}, which
 * is what an application writes.
 */
module io.millrace.core {
    requires jdk.jfr;
    // Optional: metrics of the JVM that need them are left out where they are missing.
    requires static java.management;
    requires static jdk.management;
    // Optional: of a store in a bucket.
    requires static java.net.http;
    requires static java.xml;

    exports io.millrace.access;
    exports io.millrace.accesslog;
    exports io.millrace.bucket;
    exports io.millrace.coding;
    exports io.millrace.content;
    exports io.millrace.event;
    exports io.millrace.form;
    exports io.millrace.http;
    exports io.millrace.metrics;
    exports io.millrace.option;
    exports io.millrace.page;
    exports io.millrace.resume;
    exports io.millrace.route;
    exports io.millrace.server;
    exports io.millrace.site;
    exports io.millrace.store;
    exports io.millrace.tls;
    exports io.millrace.upload;
}
