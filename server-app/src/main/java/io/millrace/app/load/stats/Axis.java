package io.millrace.app.load.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a chart: where a value is, and which values have a mark.
 *
 * <p>Threads: any.
 *
 * @param log whether the same factor is the same length
 * @param from the position of the least value, in pixels
 * @param to the position of the largest
 */
record Axis(double min, double max, boolean log, double from, double to) {

    private static final double[] STEPS = {1, 2, 5, 10};
    private static final int MOST_MARKS = 8;

    /** An axis from 0 to at least this, with an end that has a mark. */
    static Axis linear(double max, double from, double to) {
        Axis axis = new Axis(0, Math.max(max, 1e-9), false, from, to);
        return new Axis(0, Math.ceil(axis.max / axis.step() - 1e-9) * axis.step(), false, from, to);
    }

    /** An axis with all values from one to another, with ends that are powers of ten. */
    static Axis log(double min, double max, double from, double to) {
        double least = Math.pow(10, Math.floor(Math.log10(min) + 1e-9));
        double most = Math.pow(10, Math.ceil(Math.log10(max) - 1e-9));
        return new Axis(least, most > least ? most : least * 10, true, from, to);
    }

    /** Where a value is; at an end if it is beyond it. */
    double at(double value) {
        double share = log ? Math.log(Math.max(value, min) / min) / Math.log(max / min)
                : (value - min) / (max - min);
        return from + (to - from) * Math.max(0, Math.min(1, share));
    }

    /** The values with a mark. */
    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        if (log) {
            for (double mark = min; mark < max * 1.5; mark *= 10) {
                marks.add(mark);
            }
        } else {
            for (int i = 0; i * step() <= max * 1.001; i++) {
                marks.add(i * step());
            }
        }
        return marks;
    }

    private double step() {
        double power = Math.pow(10, Math.floor(Math.log10(max / MOST_MARKS)));
        for (double step : STEPS) {
            if (max / (step * power) <= MOST_MARKS) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /** A number as a mark has it: 0.5, 20, 1,000. */
    static String text(double value) {
        String text = String.format(Locale.ROOT, "%,.6f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
}
