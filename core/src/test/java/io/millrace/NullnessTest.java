package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Decision 382: what of the public API may be null says so by an annotation, besides its Javadoc;
 * all else is never null, which its package says.
 */
class NullnessTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Pattern EXPORT = Pattern.compile("exports (io\\.millrace[a-z0-9.]*);");
    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|@interface)\\b");
    private static final Pattern PRIMITIVE = Pattern.compile(
            "^(public |protected |static |default |final |synchronized |abstract )*"
                    + "(void|int|long|boolean|double) \\w+\\(\\s*\\)");
    /** A sentence of "null" that isn't about its value or parameter. */
    private static final Pattern OTHER = Pattern.compile(
            "\\b(never|not|isn't) null\\b|#\\w+\\}? is null\\b|a handler that is null", 2);

    /** What its function may return is said of it. */
    private static final Set<String> OF_A_FUNCTION =
            Set.of("Filter.java: static Filter failures(FailureResponder responder)");

    private static List<Path> packages() throws IOException {
        return EXPORT.matcher(Files.readString(MAIN.resolve("module-info.java"))).results()
                .map(found -> MAIN.resolve(found.group(1).replace('.', '/'))).toList();
    }

    /** Members whose Javadoc speaks of null, and whose declaration doesn't. */
    private static List<String> breaches(String file, String text) {
        List<String> breaches = new ArrayList<>();
        boolean isInterface = Pattern.compile("(?m)^public (sealed )?interface").matcher(text)
                .find();
        Matcher javadoc = JAVADOC.matcher(text);
        while (javadoc.find()) {
            String said = javadoc.group().replaceAll("\\s*\\n\\s*\\*\\s*", " ");
            String declared = declaration(text, javadoc.end()).strip().replaceAll("\\s+", " ");
            boolean isPublic = declared.startsWith("public ")
                    || declared.startsWith("protected ") || declared.startsWith("@Override public")
                    || isInterface && !declared.startsWith("private ");
            boolean isMember = declared.contains("(")
                    && (!TYPE.matcher(declared).find() || declared.contains(" record "));
            if (isPublic && isMember && saysNull(said) && !declared.contains("@Nullable")
                    && !PRIMITIVE.matcher(declared).find()) {
                breaches.add(file + ": " + declared);
            }
        }
        return breaches;
    }

    private static boolean saysNull(String javadoc) {
        for (String sentence : javadoc.replaceAll("\\{@code[^}]*\\}|<pre>.*?</pre>", "")
                .split("(?<=[.;:])\\s")) {
            if (Pattern.compile("\\bnull\\b", Pattern.CASE_INSENSITIVE).matcher(sentence).find()
                    && !OTHER.matcher(sentence).find()) {
                return true;
            }
        }
        return false;
    }

    /** Up to its end or its body: the first of these outside of parentheses. */
    private static String declaration(String text, int from) {
        int depth = 0;
        int at = from;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && (c == ';' || c == '{' || c == '=')) {
                break;
            }
        }
        return text.substring(from, at);
    }

    @Test
    void whatMayBeNullIsAnnotated() throws IOException {
        List<String> breaches = new ArrayList<>();
        for (Path folder : packages()) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : new TreeSet<>(files.toList())) {
                    String text = file.toString().endsWith(".java") ? Files.readString(file) : "";
                    if (Pattern.compile("(?m)^public ").matcher(text).find()) {
                        breaches.addAll(breaches(file.getFileName().toString(), text));
                    }
                }
            }
        }
        assertTrue(breaches.removeAll(OF_A_FUNCTION), "take off what is annotated");
        assertTrue(breaches.isEmpty(), () -> String.join("\n", breaches));
    }

    @Test
    void allElseIsNeverNullByTheWordOfItsPackage() throws IOException {
        for (Path folder : packages()) {
            assertTrue(Files.readString(folder.resolve("package-info.java"))
                    .contains("\n@NullMarked\npackage "), folder + " is not @NullMarked");
        }
    }

    @Test
    void nullWithoutAnAnnotationIsFound() {
        String before = "public final class X {\n    /** An x";
        assertEquals(List.of("X: public String x()"),
                breaches("X", before + "; null if there is none. */\n    public String x() {"));
        assertEquals(List.of("X: public void x(String y)"), breaches("X", before
                + ".\n     *\n     * @param y a y; null for\n     *     none\n     */\n"
                + "    public void x(String y) {"));
        assertEquals(List.of("X: String x()"), breaches("X",
                "public interface X {\n    /** Null if there is none. */\n    String x();"));
        assertEquals(List.of("X: public record Y(String y)"), breaches("X",
                before + ".\n * @param y may be null */\n    public record Y(String y) {"));
        for (String fine : List.of(". Never null. */ public String x() {",
                "; null if not. */ public @Nullable String x() {",
                "; null if not. */ private String x() {", "; null if not. */ String x() {",
                ". Of no use if {@link #y} is null. */ public String x() {",
                ", as in {@code x == null}. */ public String x() {",
                ". Some of it is null. */ public static final class Y {")) {
            assertEquals(List.of(), breaches("X", before + fine));
        }
    }
}
