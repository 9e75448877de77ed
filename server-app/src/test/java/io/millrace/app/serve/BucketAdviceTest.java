package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the store says of its options, as a person has to write it. */
class BucketAdviceTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "it doesn't hold what requireConditions asks for"
            + " | it doesn't hold what --require-conditions asks for",
        "give them s3:PutObject, or set readOnly"
            + " | give them s3:PutObject, or start with --read-only",
        "signed for a; set the region to b | signed for a; use --bucket-region b",
        "set the region, if the keys are right"
            + " | name it by --bucket-region, if the keys are right",
        "host style needs an endpoint | --bucket-host-style needs an endpoint"})
    void optionIsTheFlagThatSetsIt(String said, String line) {
        assertEquals(line, BucketAdvice.on(new IOException(said)));
    }

    @Test
    void certificateThatIsNotTrustedIsLedToTheJdksTrustStore() {
        String said = "the engine's certificate is not trusted";
        String line = BucketAdvice.on(new IOException(said,
                new IOException(new CertPathValidatorException("no path"))));
        assertTrue(line.startsWith(said + ": type keytool -importcert "), line);
        assertEquals(said, BucketAdvice.on(new IOException(said)));
    }
}
