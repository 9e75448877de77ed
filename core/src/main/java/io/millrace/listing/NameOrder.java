package io.millrace.listing;

import java.util.Comparator;

/**
 * The order of a listing: names compare as their bytes in UTF-8 do, which is also the order of
 * their code points (decision 160). {@link String#compareTo} puts emoji before U+FFFD.
 *
 * <p>Threads: any.
 */
final class NameOrder implements Comparator<String> {

    static final NameOrder INSTANCE = new NameOrder();

    private NameOrder() {
    }

    @Override
    public int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return rank(x) - rank(y);
            }
        }
        return a.length() - b.length();
    }

    /** Surrogates stand for code points above all others, so they go behind U+FFFF. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
