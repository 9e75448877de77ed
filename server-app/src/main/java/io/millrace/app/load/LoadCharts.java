package io.millrace.app.load;

import io.millrace.app.cli.Units;
import io.millrace.app.load.stats.SvgChart;
import io.millrace.app.load.stats.TextChart;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the result of a load run.
 *
 * <p>Threads: any.
 */
final class LoadCharts {

    private LoadCharts() {
    }

    /** Lines for a terminal. */
    static String text(LoadResult result) {
        return TextChart.of(result.tally().latencies(), result.timeline(), result.endNs());
    }

    /** A picture. */
    static String svg(LoadResult result) {
        LoadPlan plan = result.plan();
        List<SvgChart.Series> series = new ArrayList<>();
        if (plan.rate() == 0) {
            series.add(new SvgChart.Series("latency", result.tally().latencies()));
        } else {
            series.add(new SvgChart.Series("since due", result.tally().latencies()));
            series.add(new SvgChart.Series("since sent", result.tally().services()));
        }
        return SvgChart.of(plan.target().url() + ", " + result.clients() + " connections"
                + (plan.rate() == 0 ? "" : ", " + Units.count(plan.rate()) + "/s"), series,
                result.timeline(), result.endNs());
    }
}
