package io.millrace.s3;

import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Answers of an engine, for tests in other packages. */
public final class EngineAnswers {

    private EngineAnswers() {
    }

    /** One without a body, such as that to a HEAD. */
    public static S3Answer of(int status, String... fields) {
        return new S3Answer(status, headers(fields), "", null);
    }

    /** One whose body has yet to come. */
    public static S3Answer withBody(int status, String... fields) {
        return new S3Answer(status, headers(fields), "",
                new StreamedBody(-1, Long.MAX_VALUE, count -> { }, () -> { }));
    }

    static HttpHeaders headers(String... fields) {
        Map<String, List<String>> all = new TreeMap<>();
        Arrays.stream(fields).forEach(field -> all.computeIfAbsent(
                field.substring(0, field.indexOf(':')), name -> new ArrayList<>())
                .add(field.substring(field.indexOf(':') + 1).strip()));
        return HttpHeaders.of(all, (name, value) -> true);
    }
}
