package io.millrace.store;

import io.millrace.option.Rule;

/** The status codes that every PUT may be told to have. Threads: any. */
final class PutStatusRule implements Rule<Integer> {

    @Override
    public String violation(Integer code) {
        return code == 0 || code == 200 ? null : "must be 0 or 200";
    }
}
