/** What tells of the running program: a second listener, health checks and their command. */
package io.millrace.app.admin;
