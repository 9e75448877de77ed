/** What the JDK's Flight Recorder records of a server; not exported. */
package io.millrace.jfr;
