package io.millrace.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a coverage-guided fuzzer calls: {@link WireFuzzer}'s checks, with {@link WireModel} as the
 * judge, of an input that the fuzzer makes. {@code .ci/fuzz} runs it with Jazzer, which is no
 * dependency of the build. The first {@value #OPTION_BYTES} bytes say how the others are sent:
 * server, end and probe; bytes written at a time; two cuts.
 *
 * <p>Threads: one at a time.
 */
public final class WireFuzzTarget {

    private static final int OPTION_BYTES = 4;
    private static final int TIGHT = 1;
    private static final int ENDS_AT_ONCE = 2;
    private static final int PROBES = 4;

    private static final WireFuzzer FUZZER = new WireFuzzer(0);

    private WireFuzzTarget() {
    }

    /** Called by the fuzzer for each input. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < OPTION_BYTES) {
            return;
        }
        byte[] input = Arrays.copyOfRange(data, OPTION_BYTES, data.length);
        int writeBytes = data[1] & 0xff;
        int[] pieceEnds = IntStream.of(data[2] & 0xff, data[3] & 0xff)
                .filter(end -> end > 0 && end < input.length).sorted().distinct().toArray();
        String fault = FUZZER.check("input", input, data[0] & TIGHT, pieceEnds,
                writeBytes == 0 ? WireFuzzer.NO_LIMIT : writeBytes, (data[0] & ENDS_AT_ONCE) != 0,
                (data[0] & PROBES) != 0);
        if (fault != null) {
            throw new AssertionError(fault);
        }
    }

    /** Writes what the fuzzer begins with: the vectors into a folder, the tokens into a file. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        int number = 0;
        for (WireVector vector : WireVectors.all()) {
            byte[] bytes = vector.bytes();
            if (bytes.length <= WireMutator.MAX_SEED_BYTES) {
                byte[] seed = new byte[OPTION_BYTES + bytes.length];
                System.arraycopy(bytes, 0, seed, OPTION_BYTES, bytes.length);
                Files.write(folder.resolve("vector-" + number++), seed);
            }
        }
        Files.writeString(Path.of(args[1]), WireMutator.TOKENS.stream()
                .map(WireFuzzTarget::dictionaryLine).collect(Collectors.joining("\n")));
    }

    // libFuzzer's form: everything that isn't plain in hexadecimal.
    private static String dictionaryLine(String token) {
        return token.chars().mapToObj(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\'
                ? String.valueOf((char) c) : String.format("\\x%02X", c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
