package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFileTest {

    private static final String A = "-----BEGIN A-----\nAQID\n-----END A-----\n";
    private static final String B = "-----BEGIN B C-----\nBA\n==\n-----END B C-----";

    @TempDir
    private Path folder;

    private List<PemBlock> read(String text) throws IOException {
        return PemFile.read(TestFiles.write(folder, "x.pem", text));
    }

    private String refusal(String text) throws IOException {
        Path file = TestFiles.write(folder, "x.pem", text);
        return assertThrows(TlsException.class, () -> PemFile.read(file)).getMessage()
                .replace(file.toString(), "FILE");
    }

    private static void assertBoth(List<PemBlock> blocks, int lineOfB) {
        assertEquals(List.of("A in line 1", "B C in line " + lineOfB).toString(),
                blocks.toString().replaceAll("A in line \\d+", "A in line 1"));
        assertArrayEquals(new byte[] {1, 2, 3}, blocks.get(0).bytes());
        assertArrayEquals(new byte[] {4}, blocks.get(1).bytes());
    }

    @Test
    void blocksAreReadWithAnyTextAroundThem() throws IOException {
        assertBoth(read(A + B), 4);
        assertBoth(read("subject=CN = x\n\n" + A + "issuer: \u00e9\n" + B + "\n\nend"), 7);
        assertBoth(read("\ufeff\n" + A + B), 5);
    }

    @Test
    void linesMayEndAndBeginAsEditorsLeaveThem() throws IOException {
        assertBoth(read((A + B).replace("\n", "\r\n")), 4);
        assertBoth(read((A + B).replace("\n", "\r")), 4);
        assertBoth(read((A + B).replace("\n", " \t\n  ")), 4);
    }

    @Test
    void fieldsOfTheOldFormatAreNoContent() throws IOException {
        PemBlock block = read("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                + "DEK-Info: AES-128-CBC,00\n\nAQID\n-----END RSA PRIVATE KEY-----\n").get(0);
        assertTrue(block.isEncrypted());
        assertArrayEquals(new byte[] {1, 2, 3}, block.bytes());
    }

    @Test
    void fileCutAnywhereIsNeverReadAsWhole() throws IOException {
        String whole = A + B;
        int nextBegun = A.length() + "-----BEGIN B C-----".length();
        for (int length = 1; length < whole.length(); length++) {
            String text = whole.substring(0, length);
            // Nothing misses of the first block, and nothing is there of the next.
            if (length >= A.length() - 1 && length < nextBegun) {
                assertEquals(1, read(text).size(), text);
            } else {
                assertThrows(TlsException.class, () -> read(text), text);
            }
        }
    }

    @Test
    void incompleteBlockIsNamed() throws IOException {
        assertEquals("FILE is incomplete: -----BEGIN B C----- in line 4 has no -----END B C-----;"
                + " copy the whole file again", refusal(A + "-----BEGIN B C-----\nBA==\n"));
        assertEquals("FILE is incomplete: -----BEGIN B C----- in line 1 has no -----END B C-----;"
                + " copy the whole file again", refusal("-----BEGIN B C-----\nBA==\n" + A));
    }

    @Test
    void damagedBlockIsNamed() throws IOException {
        assertEquals("FILE is damaged: what follows -----BEGIN A----- in line 1 is not base64;"
                + " copy the whole file again", refusal(A.replace("Q", "*")));
        assertEquals("FILE is damaged: what follows -----BEGIN A----- in line 1 is not base64;"
                + " copy the whole file again", refusal(A.replace("AQID", "AQIDA")));
        assertEquals("FILE is damaged: nothing follows -----BEGIN A----- in line 1;"
                + " copy the whole file again", refusal(A.replace("AQID", "")));
    }

    @Test
    void otherFilesAreToldByWhatTheyAre() throws IOException {
        assertEquals("FILE is empty", refusal(""));
        assertEquals("FILE is not PEM: there is no line -----BEGIN ...-----", refusal("hello"));
        assertTrue(refusal("0\u0001").startsWith("FILE is DER or PKCS#12, not PEM: convert it"));
        assertTrue(refusal(A.replace("\n", "\\n")).startsWith(
                "FILE has -----BEGIN within a line: each such line must stand alone"));
        Path jks = Files.write(folder.resolve("jks"),
                new byte[] {(byte) 0xfe, (byte) 0xed, (byte) 0xfe, (byte) 0xed, 0});
        assertTrue(assertThrows(TlsException.class, () -> PemFile.read(jks)).getMessage()
                .contains("is a Java key store (JKS), not PEM"));
    }

    @Test
    void unreadableFileIsToldWhy() throws IOException {
        assertEquals("there is no file " + folder.resolve("none"), assertThrows(TlsException.class,
                () -> PemFile.read(folder.resolve("none"))).getMessage());
        assertEquals(folder + " is a folder: name a file", assertThrows(TlsException.class,
                () -> PemFile.read(folder)).getMessage());
    }

    @Test
    void fileOfAMebibyteIsReadAndALargerOneIsNot() throws IOException {
        String padding = "\n".repeat(PemFile.MAX_BYTES - A.length());
        assertEquals(1, read(padding + A).size());
        assertEquals("FILE is larger than 1 MiB: it can't be a key or a chain",
                refusal(padding + "\n" + A));
    }
}
