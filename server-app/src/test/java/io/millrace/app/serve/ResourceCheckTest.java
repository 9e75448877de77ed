package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceCheckTest {

    @Test
    void connectionsNeedAFileEachAnd100More() {
        assertNull(ResourceCheck.ofFiles(1024, 1124));
        assertEquals("--max-connections 1024 needs more than the 1123 open files that this process"
                + " may have: raise ulimit -n, or LimitNOFILE= in the systemd unit, or lower"
                + " --max-connections", ResourceCheck.ofFiles(1024, 1123));
        assertNull(ResourceCheck.ofFiles(Integer.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void threeQuartersOfTheHeapMayBePromised() {
        long mib = 1 << 20;
        assertNull(ResourceCheck.ofHeap(40 * mib, 8 * mib, 64 * mib));
        assertEquals("--max-kept 40MiB and --cache 9MiB are more than three quarters of the heap of"
                + " 67.1 MB: start java with a higher -Xmx, or lower them",
                ResourceCheck.ofHeap(40 * mib, 9 * mib, 64 * mib));
        assertEquals("--max-kept unlimited and --cache 0 are more than three quarters of the heap"
                + " of 67.1 MB: start java with a higher -Xmx, or lower them",
                ResourceCheck.ofHeap(Long.MAX_VALUE, 0, 64 * mib));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"\"            1024     4096 files\", 1024",
        "\" unlimited unlimited\", 9223372036854775807", "\"\", 9223372036854775807",
        "\" 99999999999999999999 1\", 2147483647"})
    void limitIsTheFirstNumber(String text, long number) {
        assertEquals(number, ResourceCheck.number(text, 0));
    }
}
