/**
 * Tests of handlers without a socket: {@link io.millrace.testkit.TestClient} sends requests to a
 * handler and checks that its exchanges keep their contract; {@link
 * io.millrace.testkit.TestServer} is for the tests that need a real connection.
 *
 * <p>It needs no test framework: a breach is an {@link java.lang.AssertionError}.
 *
 * @since 0.1
 */
package io.millrace.testkit;
