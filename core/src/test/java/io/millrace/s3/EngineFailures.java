package io.millrace.s3;

/** Failures of an engine, for tests in other packages. */
public final class EngineFailures {

    private EngineFailures() {
    }

    public static S3Exception of(S3Exception.Kind kind, boolean mayBeDone) {
        return new S3Exception(kind, mayBeDone, "the engine is " + kind, null, 0, "Code" + kind,
                "id-1");
    }
}
