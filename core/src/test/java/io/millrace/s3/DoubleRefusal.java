package io.millrace.s3;

import java.util.Map;

/** What the double answers instead of doing what was asked. */
final class DoubleRefusal extends Exception {

    private static final long serialVersionUID = 1;

    private final transient DoubleAnswer answer;

    DoubleRefusal(int status, String code, String message) {
        this(DoubleAnswer.error(status, code, message, Map.of()));
    }

    DoubleRefusal(DoubleAnswer answer) {
        this.answer = answer;
    }

    DoubleAnswer answer() {
        return answer;
    }
}
