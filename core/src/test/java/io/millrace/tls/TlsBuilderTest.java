package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a builder has been given is its own, and what it has built goes on with that. */
class TlsBuilderTest {

    @Test
    void passwordThatIsErasedAfterwardsStillOpensTheKeyAtAReload() throws Exception {
        char[] password = "secret".toCharArray();
        Tls pem = Tls.builder().certificate(TestFiles.file("rsa.pem"),
                TestFiles.file("rsa-encrypted.key"), password).build();
        Tls keyStore = Tls.builder().keyStore(TestFiles.file("ec.p12"), password).build();
        Arrays.fill(password, '\0');
        pem.reload();
        keyStore.reload();
    }

    @Test
    void certificateThatIsAddedLaterIsNoneOfWhatWasBuilt() throws Exception {
        Tls.Builder builder = Tls.builder().certificate(
                TestFiles.file("rsa.pem"), TestFiles.file("rsa-pkcs8.key"));
        Tls first = builder.build();
        Tls second = builder.certificate(
                TestFiles.file("ec.pem"), TestFiles.file("ec-pkcs8.key")).build();
        first.reload();
        assertEquals(1, first.certificates().size());
        assertEquals(2, second.certificates().size());
    }
}
