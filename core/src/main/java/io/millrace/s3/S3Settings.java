package io.millrace.s3;

import java.time.Duration;
import java.util.Objects;

/**
 * How long an engine may take, and how often it is asked.
 *
 * <p>Threads: any.
 *
 * @param connectTimeout until a connection stands, TLS included
 * @param answerTimeout from the last byte of a request to the head of its response
 * @param completeTimeout the same for the end of a multipart upload, where engines put its parts
 *     together
 * @param continueTimeout until an engine has to answer {@code Expect: 100-continue}; after that the
 *     request is sent again without it
 * @param progressTimeout how long no byte may move while a payload or a body is on its way
 * @param retryTimeout after that no further attempt begins
 * @param maxAttempts of one request, the first one included
 * @param maxRequests at the same time, bodies on their way included
 * @param agent {@code User-Agent}
 */
public record S3Settings(Duration connectTimeout, Duration answerTimeout, Duration completeTimeout,
        Duration continueTimeout, Duration progressTimeout, Duration retryTimeout,
        int maxAttempts, int maxRequests, String agent) {

    /** The defaults. */
    public static final S3Settings DEFAULTS = new S3Settings(Duration.ofSeconds(5),
            Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(5),
            Duration.ofSeconds(30), Duration.ofSeconds(20), 4, 1024, "millrace");

    /**
     * Checked settings.
     *
     * @throws IllegalArgumentException if one is out of its range; the message says which
     */
    public S3Settings {
        check("connectTimeout", connectTimeout);
        check("answerTimeout", answerTimeout);
        check("completeTimeout", completeTimeout);
        check("continueTimeout", continueTimeout);
        check("progressTimeout", progressTimeout);
        check("retryTimeout", retryTimeout);
        check("maxAttempts", maxAttempts, 100);
        check("maxRequests", maxRequests, 1_000_000);
        Objects.requireNonNull(agent);
        if (!agent.chars().allMatch(c -> c >= ' ' && c < 0x7f) || agent.isBlank()) {
            throw new IllegalArgumentException("agent must be visible ASCII: " + agent);
        }
    }

    private static void check(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0
                || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " must be in [1 ms, 1 day]: " + value);
        }
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be in [1, " + most + "]: " + value);
        }
    }

    /** These, with another {@code connectTimeout}. */
    public S3Settings connectTimeout(Duration value) {
        return new S3Settings(value, answerTimeout, completeTimeout, continueTimeout,
                progressTimeout, retryTimeout, maxAttempts, maxRequests, agent);
    }

    /** These, with another {@code answerTimeout}; {@code completeTimeout} is four times as long. */
    public S3Settings answerTimeout(Duration value) {
        return new S3Settings(connectTimeout, value, value.multipliedBy(4), continueTimeout,
                progressTimeout, retryTimeout, maxAttempts, maxRequests, agent);
    }

    /** These, with another {@code continueTimeout}. */
    public S3Settings continueTimeout(Duration value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, value,
                progressTimeout, retryTimeout, maxAttempts, maxRequests, agent);
    }

    /** These, with another {@code progressTimeout}. */
    public S3Settings progressTimeout(Duration value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, continueTimeout,
                value, retryTimeout, maxAttempts, maxRequests, agent);
    }

    /** These, with another {@code retryTimeout}. */
    public S3Settings retryTimeout(Duration value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, continueTimeout,
                progressTimeout, value, maxAttempts, maxRequests, agent);
    }

    /** These, with another {@code maxAttempts}. */
    public S3Settings maxAttempts(int value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, continueTimeout,
                progressTimeout, retryTimeout, value, maxRequests, agent);
    }

    /** These, with another {@code maxRequests}. */
    public S3Settings maxRequests(int value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, continueTimeout,
                progressTimeout, retryTimeout, maxAttempts, value, agent);
    }

    /** These, with another {@code agent}. */
    public S3Settings agent(String value) {
        return new S3Settings(connectTimeout, answerTimeout, completeTimeout, continueTimeout,
                progressTimeout, retryTimeout, maxAttempts, maxRequests, value);
    }
}
