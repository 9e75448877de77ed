package io.millrace.bucket.uploads;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.engine.WriteRules;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Place;
import io.millrace.s3.S3Settings;
import io.millrace.tree.KeyLimits;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What uploads share of a store that has not been probed. */
final class UploadsState extends EngineState {

    private static final WriteRules RULES = new WriteRules(false, KeyLimits.DEFAULTS,
            Long.MAX_VALUE, 0, 8 << 20, 64 << 20, Duration.ZERO);

    UploadsState(S3Double engine, LongSupplier clockNs) {
        super(RULES, new S3Client(S3Place.of(engine.url(), null, false), engine::keys,
                S3Settings.DEFAULTS), new BucketCache(0, 0, 0, System::nanoTime),
                new BucketWrites(RULES), clockNs, UploadsState.class);
    }
}
