package io.millrace.app.load.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which a run is shown. */
class ChartsTest {

    private static final long MS = 1_000_000;

    private final Histogram latencies = new Histogram();
    private final Timeline timeline = new Timeline(0);

    private void record(int requests) {
        for (int i = 0; i < requests; i++) {
            long ns = i == requests / 2 ? 500 * MS : MS;
            latencies.record(ns);
            timeline.onResponse(i * MS, ns);
        }
    }

    private String svg(int requests) throws Exception {
        record(requests);
        String svg = SvgChart.of("http://h/?a<b&c", List.of(
                new SvgChart.Series("since due", latencies),
                new SvgChart.Series("since sent", latencies)), timeline, requests * MS);
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
                new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        return svg;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000, 100_000})
    void pictureIsXmlWhateverWasMeasured(int requests) throws Exception {
        String svg = svg(requests);
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
        assertTrue(svg.contains("latency by percentile, ms"), svg);
        assertTrue(svg.contains("http://h/?a&lt;b&amp;c"), svg);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 40, 1000})
    void curvesRunFromLeftToRight(int requests) throws Exception {
        Matcher curves = Pattern.compile("stroke-width=\"[0-9.]+\" d=\"M([^\"]*)\"")
                .matcher(svg(requests));
        int count = 0;
        for (; curves.find(); count++) {
            double left = 0;
            for (String point : curves.group(1).split("L")) {
                double x = Double.parseDouble(point.substring(0, point.indexOf(' ')));
                assertTrue(x >= left, curves.group(1));
                left = x;
            }
        }
        assertTrue(count >= 5, count + " curves");
    }

    // The file was looked at in a browser. To change the picture, look at the new one and keep it.
    @Test
    void pictureOf40RequestsIsTheOneThatWasLookedAt() throws Exception {
        for (int i = 0; i < 40; i++) {
            long ns = (1 + i * i) * MS / 4;
            latencies.record(ns);
            timeline.onResponse(i * 100 * MS, ns);
        }
        Histogram sent = new Histogram();
        for (int i = 0; i < 40; i++) {
            sent.record(MS * (1 + i % 3));
        }
        String svg = SvgChart.of("40 requests", List.of(
                new SvgChart.Series("since due", latencies),
                new SvgChart.Series("since sent", sent)), timeline, 4000 * MS);
        try (InputStream kept = ChartsTest.class.getResourceAsStream("40-requests.svg")) {
            assertEquals(new String(kept.readAllBytes(), StandardCharsets.UTF_8), svg);
        }
    }

    @Test
    void pictureMarksEachNine() throws Exception {
        String svg = svg(100_000);
        for (String mark : new String[] {"min", "p90", "p99", "p99.9", "p99.99", "p99.999"}) {
            assertTrue(svg.contains(">" + mark + "<"), mark);
        }
    }

    @Test
    void textShowsTheSlowRequestAndWhenItWas() {
        record(6000);
        String text = TextChart.of(latencies, timeline, 6000 * MS).replace("\r\n", "\n");
        assertTrue(text.contains("  p50      1.00 ms    █\n"), text);
        assertTrue(text.contains("  max      500 ms     " + "█".repeat(51) + "\n"), text);
        assertTrue(text.contains("  max      " + "▁".repeat(30) + "█" + "▁".repeat(29)
                + "  up to 500 ms\n"), text);
        assertTrue(text.contains("up to 1,000/s\n"), text);
    }

    @Test
    void textOfNothingIsEmpty() {
        assertEquals("", TextChart.of(latencies, timeline, 1000));
    }

    @Test
    void percentilesAreThoseOfHdrHistogram() {
        for (int i = 1; i <= 10; i++) {
            latencies.record(i * MS);
        }
        String text = PercentileFile.of(latencies);
        assertTrue(text.startsWith("""
                       Value     Percentile TotalCount 1/(1-Percentile)

                    1.003519 0.000000000000          1           1.00
                    1.003519 0.100000000000          1           1.11
                    2.007039 0.200000000000          2           1.25
                """), text);
        assertTrue(text.contains("   10.000000 1.000000000000         10\n"), text);
        assertTrue(text.contains("#[Mean    =     5.500000, StdDeviation   =     2.8"), text);
        assertTrue(text.contains("#[Max     =    10.000000, Total count    =           10]\n"),
                text);
    }

    @Test
    void marksOfAnAxisAreRoundAndContainItsValues() {
        assertEquals(List.of(0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0),
                Axis.linear(1130, 0, 1).marks());
        assertEquals(List.of(0.1, 1.0, 10.0, 100.0), Axis.log(0.3, 20, 0, 1).marks().stream()
                .map(mark -> Math.round(mark * 10) / 10.0).toList());
        assertEquals(0.5, Axis.log(1, 100, 0, 1).at(10), 1e-9);
        assertEquals("1,200", Axis.text(1200));
        assertEquals("0.05", Axis.text(0.05));
        assertEquals("100", Axis.text(100));
    }
}
