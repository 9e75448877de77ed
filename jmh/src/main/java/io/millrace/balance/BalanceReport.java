package io.millrace.balance;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Writes what a run has measured, for people or for charts.
 *
 * <p>Threads: any.
 */
final class BalanceReport {

    private static final String ROW = "%-34s %7s  %-7s %16s %20s %12s%n";

    private final List<Measurement> measurements;

    BalanceReport(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    /** A table of the medians, and the worst round where that matters. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, ROW, "server", "workers",
                "load", "busiest share", "last after first", "x draft 1"));
        text.append(String.format(Locale.ROOT, ROW, "", "", "", "% (worst)", "ms (worst)",
                "requests/s"));
        measurements.stream()
                .map(m -> new Cell(m.subject(), m.workers(), m.load()))
                .distinct()
                .sorted()
                .forEach(cell -> text.append(row(cell)));
        return text.toString();
    }

    /** What the rounds of one server under one load have in common. */
    private record Cell(Subject subject, int workers, Work.Load load) implements Comparable<Cell> {

        @Override
        public int compareTo(Cell other) {
            int byLoad = load.compareTo(other.load);
            int byWorkers = Integer.compare(workers, other.workers);
            return byLoad != 0 ? byLoad : byWorkers != 0 ? byWorkers
                    : subject.compareTo(other.subject);
        }

        boolean holds(Measurement measurement) {
            return measurement.subject() == subject && measurement.workers() == workers
                    && measurement.load() == load;
        }
    }

    private String row(Cell cell) {
        Cell first = new Cell(Subject.ONE_REACTOR, cell.workers, cell.load);
        double ratio = median(cell, Measurement::requestsPerSecond)
                / median(first, Measurement::requestsPerSecond);
        return String.format(Locale.ROOT, ROW, cell.subject.title(), cell.workers,
                cell.load.name().toLowerCase(Locale.ROOT),
                String.format(Locale.ROOT, "%.1f (%.1f)",
                        100 * median(cell, Measurement::busiestShare),
                        100 * worst(cell, Measurement::busiestShare)),
                String.format(Locale.ROOT, "%.0f (%.0f)", median(cell, Measurement::lateMs),
                        worst(cell, Measurement::lateMs)),
                String.format(Locale.ROOT, "%.2f", ratio));
    }

    private double median(Cell cell, ToDoubleFunction<Measurement> figure) {
        double[] sorted = figures(cell, figure);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double worst(Cell cell, ToDoubleFunction<Measurement> figure) {
        double[] sorted = figures(cell, figure);
        return sorted[sorted.length - 1];
    }

    private double[] figures(Cell cell, ToDoubleFunction<Measurement> figure) {
        return measurements.stream().filter(cell::holds).mapToDouble(figure).sorted().toArray();
    }

    /** Every round of every server, a line each. */
    String csv() {
        StringBuilder csv = new StringBuilder("server,workers,load,round,seconds,"
                + "requests_per_second,busiest_share,last_after_first_ms\n");
        for (Measurement m : measurements) {
            csv.append(String.format(Locale.ROOT, "\"%s\",%d,%s,%d,%.3f,%.1f,%.4f,%.1f\n",
                    m.subject().title(), m.workers(), m.load().name().toLowerCase(Locale.ROOT),
                    m.round(), m.seconds(), m.requestsPerSecond(), m.busiestShare(), m.lateMs()));
        }
        return csv.toString();
    }
}
