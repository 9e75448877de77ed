package io.millrace.bucket;

import io.millrace.s3.S3Double;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A bucket with an object, and a store that reads it. Each test has its own. */
abstract class ReadBucket {

    static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    S3Double engine;
    BucketClient client;
    String tag;

    @BeforeEach
    void openStoreWithAnObject() throws Exception {
        engine = S3Double.start();
        engine.clock(() -> Instant.ofEpochSecond(784111777));
        place("a", "0123456789");
        tag = engine.objects().get("a").etag();
        engine.clock(Instant::now);
        client = BucketClient.of(engine);
    }

    @AfterEach
    void closeStore() throws Exception {
        client.close();
        engine.close();
    }

    void place(String key, String text, String... fields) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            all.put(fields[i], fields[i + 1]);
        }
        engine.place(key, text.getBytes(StandardCharsets.UTF_8), all);
    }

    /** Fills in the tag of the object: {@code TAG}, and its weak form {@code WEAK}. */
    String[] fields(String text) {
        List<String> fields = new ArrayList<>();
        for (String field : text.split("; ")) {
            int colon = field.indexOf(": ");
            fields.add(field.substring(0, colon));
            fields.add(field.substring(colon + 2).replace("WEAK", "W/" + tag).replace("TAG", tag)
                    .replace("BEFORE", BEFORE).replace("MODIFIED", MODIFIED)
                    .replace("AFTER", AFTER));
        }
        return fields.toArray(new String[0]);
    }
}
