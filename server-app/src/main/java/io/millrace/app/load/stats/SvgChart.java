package io.millrace.app.load.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a run as SVG: latency by percentile, responses per second over time, and latency over time.
 * The picture needs nothing else and follows the reader's choice of light or dark.
 *
 * <p>Threads: any.
 */
public final class SvgChart {

    private static final int WIDTH = 800;
    private static final int PANEL = 240;
    private static final int LEFT = 70;
    private static final int RIGHT = WIDTH - 35;
    private static final int TOP = 50;
    private static final int HEAD = 30;
    /** More points than this are not to be told apart. */
    private static final int MOST_INTERVALS = 200;
    private static final double NS_PER_MS = 1e6;

    private static final String STYLE = """
            <style>
            text { font: 12px sans-serif; fill: #333 }
            .title { font-size: 15px; font-weight: bold }
            .grid { stroke: #ddd } .curve { fill: none }
            .back { fill: #fff }
            @media (prefers-color-scheme: dark) {
            text { fill: #ddd } .grid { stroke: #444 } .back { fill: #1b1b1b } }
            </style>
            """;

    private final StringBuilder svg = new StringBuilder();
    private int panels;

    private SvgChart() {
    }

    /**
     * A picture.
     *
     * @param title what was loaded
     * @param latencies by percentile, the first also over time
     */
    public static String of(String title, List<Series> latencies, Timeline timeline, long endNs) {
        SvgChart chart = new SvgChart();
        chart.begin(title);
        chart.percentiles(latencies);
        List<Timeline.Interval> intervals = timeline.intervals(MOST_INTERVALS, endNs);
        chart.speed(intervals);
        chart.times(intervals);
        return chart.svg.append("</svg>\n").toString();
    }

    /** Latencies with a name. */
    public record Series(String name, Histogram latencies) {
    }

    private void begin(String title) {
        int height = HEAD + 3 * PANEL + 10;
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
                + "<title>%s</title>\n%s<rect class=\"back\" width=\"100%%\" height=\"100%%\"/>\n",
                WIDTH, height, escaped(title), STYLE);
        text(LEFT, 22, "start", "title", title);
    }

    private void percentiles(List<Series> series) {
        List<Curve> curves = new ArrayList<>();
        double most = 10;
        for (Series each : series) {
            List<Curve.Point> points = new ArrayList<>();
            long count = each.latencies().count();
            for (double percentile : Percentiles.of(count)) {
                double oneIn = 100 / (100 - percentile);
                if (oneIn < count) { // the slowest request is the last point
                    points.add(new Curve.Point(oneIn,
                            each.latencies().percentileNs(percentile) / NS_PER_MS));
                }
            }
            most = Math.max(most, count);
            points.add(new Curve.Point(Math.max(1, count), each.latencies().maxNs() / NS_PER_MS));
            curves.add(new Curve(each.name(), curves.isEmpty() ? "#2a78d6" : "#d9822b", points));
        }
        Axis x = Axis.log(1, most, LEFT, RIGHT);
        Axis y = logOf(curves);
        panel("latency by percentile, ms", x, y, curves);
        for (double mark : x.marks()) {
            text(x.at(mark), bottom(), "middle", "", mark == 1 ? "min"
                    : "p" + Axis.text(100 - 100 / mark));
        }
    }

    private void speed(List<Timeline.Interval> intervals) {
        List<Curve.Point> points = new ArrayList<>();
        double most = 0;
        for (Timeline.Interval each : intervals) {
            points.add(new Curve.Point(middle(each), each.rate()));
            most = Math.max(most, each.rate());
        }
        overTime("responses per second over time, s", intervals,
                Axis.linear(most, bottomOf(panels + 1), topOf(panels + 1)),
                List.of(new Curve("responses/s", "#2a78d6", points)));
    }

    private void times(List<Timeline.Interval> intervals) {
        List<Curve> curves = new ArrayList<>();
        curves.add(over(intervals, "p50", "#3a9d5d", 50));
        curves.add(over(intervals, "p99", "#2a78d6", 99));
        curves.add(over(intervals, "max", "#c8453b", 100));
        overTime("latency over time, ms", intervals, logOf(curves), curves);
    }

    private static Curve over(List<Timeline.Interval> intervals, String name, String color,
            double percentile) {
        List<Curve.Point> points = new ArrayList<>();
        for (Timeline.Interval each : intervals) {
            if (each.latencies().count() > 0) {
                points.add(new Curve.Point(middle(each),
                        each.latencies().percentileNs(percentile) / NS_PER_MS));
            }
        }
        return new Curve(name, color, points);
    }

    private static double middle(Timeline.Interval each) {
        return (each.fromNs() + each.ns() / 2) / 1e9;
    }

    private void overTime(String title, List<Timeline.Interval> intervals, Axis y,
            List<Curve> curves) {
        Timeline.Interval last = intervals.get(intervals.size() - 1);
        Axis x = Axis.linear((last.fromNs() + last.ns()) / 1e9, LEFT, RIGHT);
        panel(title, x, y, curves);
        for (double mark : x.marks()) {
            text(x.at(mark), bottom(), "middle", "", Axis.text(mark));
        }
    }

    /** An axis of the next panel. */
    private Axis logOf(List<Curve> curves) {
        double min = curves.stream().flatMap(each -> each.points().stream())
                .mapToDouble(Curve.Point::y).filter(y -> y > 0).min().orElse(0.1);
        double max = curves.stream().flatMap(each -> each.points().stream())
                .mapToDouble(Curve.Point::y).max().orElse(1);
        return Axis.log(min, Math.max(min, max), bottomOf(panels + 1), topOf(panels + 1));
    }

    private static double topOf(int panel) {
        return HEAD + TOP + (panel - 1) * PANEL;
    }

    private static double bottomOf(int panel) {
        return HEAD + panel * PANEL - 25;
    }

    /** Where the numbers of the last panel's axis stand. */
    private double bottom() {
        return bottomOf(panels) + 17;
    }

    private void panel(String title, Axis x, Axis y, List<Curve> curves) {
        panels++;
        text(LEFT, topOf(panels) - 12, "start", "", title);
        for (double mark : y.marks()) {
            add("<path class=\"grid\" d=\"M%d %.1fH%d\"/>\n", LEFT, y.at(mark), RIGHT);
            text(LEFT - 6, y.at(mark) + 4, "end", "", Axis.text(mark));
        }
        double legend = RIGHT;
        for (int i = curves.size() - 1; i >= 0; i--) {
            Curve curve = curves.get(i);
            StringBuilder path = new StringBuilder();
            for (Curve.Point point : curve.points()) {
                path.append(path.length() == 0 ? 'M' : 'L').append(String.format(Locale.ROOT,
                        "%.1f %.1f", x.at(point.x()), y.at(point.y())));
            }
            // Of two lines in one place the lower one is the wider.
            add("<path class=\"curve\" stroke=\"%s\" stroke-width=\"%.1f\" d=\"%s\"/>\n",
                    curve.color(), 1.8 + 1.4 * i, path);
            if (curves.size() > 1) {
                text(legend, topOf(panels) - 12, "end", "", curve.name());
                legend -= 7.5 * curve.name().length() + 8;
                add("<path class=\"curve\" stroke=\"%s\" stroke-width=\"3\""
                        + " d=\"M%.1f %.1fh-16\"/>\n",
                        curve.color(), legend, topOf(panels) - 16);
                legend -= 30;
            }
        }
    }

    private void text(double x, double y, String anchor, String style, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n", x, y, anchor,
                style.isEmpty() ? "" : " class=\"" + style + "\"", escaped(text));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
