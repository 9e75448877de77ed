package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes inputs that are nearly wire vectors. The same seed and number give the same input.
 *
 * <p>Threads: any.
 */
final class WireMutator {

    static final int MAX_SEED_BYTES = 600;
    private static final int MAX_INPUT_BYTES = 4096;
    private static final int MAX_MUTATIONS = 4;
    private static final int MAX_RANGE_BYTES = 24;

    static final List<String> TOKENS = List.of("\r\n", "\r", "\n", "\r\n\r\n", "\0", "\t",
            " ", ":", ";", ",", "=", "\"", "\\", "#", "?", "/", "*", "@", "[", "]", "%", "+", "-",
            "_", "0", "1", "5", "9", "a", "F", "0x", "\13", "\f", "\177", "\200", "\240", "\377",
            "GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "CONNECT ", "TRACE ", "/refuse", "/none",
            "http://h", "http://", "*", "[::1]", " HTTP/1.1", " HTTP/1.0", "HTTP/2.0",
            "Host: h\r\n", "Content-Length: 5\r\n", "Content-Length: ",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: ", "chunked", "gzip",
            "Connection: close\r\n", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n",
            "Expect: ", "100-continue", "\303\251", "<", ">",
            "5\r\nhello\r\n", "0\r\n\r\n", ";a=\"b\"", "hello", "99999999999999999999",
            "7fffffffffffffff", "X-A: b\r\n", "\r\n ", WireVectors.NEXT);

    private final List<byte[]> seeds;

    WireMutator() {
        seeds = WireVectors.all().stream()
                .map(WireVector::bytes)
                .filter(bytes -> bytes.length <= MAX_SEED_BYTES)
                .toList();
    }

    /** An input. */
    byte[] input(SplittableRandom random) {
        byte[] input = pick(seeds, random);
        int mutations = 1 + random.nextInt(MAX_MUTATIONS);
        for (int i = 0; i < mutations; i++) {
            input = mutate(input, random);
        }
        return input.length <= MAX_INPUT_BYTES ? input : slice(input, 0, MAX_INPUT_BYTES);
    }

    private byte[] mutate(byte[] input, SplittableRandom random) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(MAX_RANGE_BYTES));
        byte[] start = slice(input, 0, from);
        byte[] range = slice(input, from, to);
        byte[] end = slice(input, to, input.length);
        byte[] other = pick(seeds, random);
        int otherFrom = random.nextInt(other.length + 1);
        return switch (random.nextInt(10)) {
            case 0 -> flip(input, random);
            case 1 -> join(start, end);
            case 2 -> join(start, token(random), range, end);
            case 3 -> join(start, token(random), end);
            case 4 -> join(start, range, range, end);
            case 5 -> join(start, slice(other, otherFrom, other.length));
            case 6 -> join(start, slice(other, otherFrom,
                    Math.min(other.length, otherFrom + MAX_RANGE_BYTES)), end);
            case 7 -> swapLines(input, random);
            case 8 -> join(input, other);
            default -> start;
        };
    }

    private static byte[] flip(byte[] input, SplittableRandom random) {
        byte[] flipped = input.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] swapLines(byte[] input, SplittableRandom random) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("(?<=\n)");
        int one = random.nextInt(lines.length);
        int two = random.nextInt(lines.length);
        String line = lines[one];
        lines[one] = lines[two];
        lines[two] = line;
        return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] token(SplittableRandom random) {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] pick(List<byte[]> choices, SplittableRandom random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
