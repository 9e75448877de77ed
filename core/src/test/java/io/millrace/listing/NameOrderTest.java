package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order of names. */
class NameOrderTest {

    private static final List<String> CHARACTERS = List.of("a", "b", "Z", "~", "-", "/", "\u00e9",
            "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffee", "\uffff", "\ud83d\ude00",
            "\ud800\udc00", "\udbff\udfff");

    @Test
    void namesCompareAsTheirBytesInUtf8() {
        List<String> names = new ArrayList<>(CHARACTERS);
        names.add("");
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            StringBuilder name = new StringBuilder();
            for (int c = 0; c <= i % 4; c++) {
                name.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
            }
            names.add(name.toString());
        }
        for (String a : names) {
            for (String b : names) {
                int expected = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8),
                        b.getBytes(StandardCharsets.UTF_8));
                assertEquals(Integer.signum(expected),
                        Integer.signum(NameOrder.INSTANCE.compare(a, b)), a + " and " + b);
            }
        }
    }
}
