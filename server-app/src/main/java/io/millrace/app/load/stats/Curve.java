package io.millrace.app.load.stats;

import java.util.List;

/**
 * A line of a chart.
 *
 * <p>Threads: any.
 *
 * @param name as the legend has it
 * @param color of the line, as CSS has it
 * @param points from left to right; those without a value are left out
 */
record Curve(String name, String color, List<Point> points) {

    /** A point by its values. */
    record Point(double x, double y) {
    }
}
