/**
 * Metrics and health for monitoring: writes the statistics of servers and stores in the text format
 * of Prometheus, and responds to health checks. Start at {@link
 * io.millrace.metrics.MetricsHandler} and {@link io.millrace.metrics.HealthHandler}.
 *
 * <p>Nothing here is loaded or costs anything unless it is used.
 */
@NullMarked
package io.millrace.metrics;

import org.jspecify.annotations.NullMarked;
