package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What core tells GraalVM of its reflection and its calls of C functions is what its code does. No
 * image is built here.
 */
final class NativeImageMetadataTest {

    private static final Path METADATA = Path.of("src/main/resources/META-INF/native-image",
            "io.millrace", "millrace-core", "reachability-metadata.json");
    /** Of C, as {@code Linker.canonicalLayouts} has them. */
    private static final Map<String, String> TYPES = Map.of("JAVA_INT", "int", "JAVA_LONG",
            "long long", "ADDRESS", "void*");
    private static final Pattern FIND = Pattern.compile("\\bfind\\(\\s*\"(\\w+)\",\\s*"
            + "FunctionDescriptor\\.of\\(([^)]*)\\)(.*?)\\);", Pattern.DOTALL);
    private static final Pattern VARIADIC = Pattern.compile("firstVariadicArg\\((\\d+)\\)");
    /** In code: types that are looked up by name, and members that are looked up. */
    private static final Pattern TYPE = Pattern.compile(
            "(?:Class\\.forName|jdkClass)\\(\\s*\"([\\w.$]+)\"");
    private static final Pattern MEMBER = Pattern.compile(
            "\\b(?:getMethod|findVirtual|findStatic|findSpecial|findGetter|findSetter)"
            + "\\([^;]*?\"(\\w+)\"");
    private static final Pattern REFLECTION = Pattern.compile("Class\\.forName|\\bgetMethod\\(|"
            + "\\bgetDeclared(Method|Field|Constructor)|\\bfind(Virtual|Static|Special|Getter|"
            + "Setter|Constructor|VarHandle)\\(|ServiceLoader|newProxyInstance|ObjectInputStream|"
            + "Atomic\\w+FieldUpdater");
    private static final Pattern DOWNCALL = Pattern.compile("\\{\"returnType\": .*\\}");

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String root : List.of("src/main/java", "src/main/java22")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static Set<String> matches(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        Set<String> found = new TreeSet<>();
        while (matcher.find()) {
            found.add(matcher.group(matcher.groupCount() == 0 ? 0 : 1));
        }
        return found;
    }

    @Test
    void everyFunctionOfCIsRegistered() throws IOException {
        Set<String> calls = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            boolean always = text.contains("all[0] = Linker.Option.captureCallState(\"errno\")");
            FIND.matcher(text).results().forEach(call -> calls.add(downcall(call, always)));
        }
        assertEquals(16, calls.size(), calls.toString());
        assertEquals(String.join("\n", calls),
                String.join("\n", matches(DOWNCALL, Files.readString(METADATA))));
    }

    private static String downcall(MatchResult call, boolean always) {
        List<String> types = Arrays.stream(call.group(2).split(",")).map(String::strip)
                .map(type -> '"' + TYPES.get(type) + '"').toList();
        List<String> options = new ArrayList<>();
        Matcher variadic = VARIADIC.matcher(call.group(3));
        if (variadic.find()) {
            options.add("\"firstVariadicArg\": " + variadic.group(1));
        }
        if (always || call.group(3).contains("captureCallState")) {
            options.add("\"captureCallState\": true");
        }
        return "{\"returnType\": " + types.get(0) + ", \"parameterTypes\": "
                + types.subList(1, types.size())
                + (options.isEmpty() ? "" : ", \"options\": {" + String.join(", ", options) + "}")
                + "}";
    }

    @Test
    void everyTypeAndMemberThatIsLookedUpIsRegistered() throws IOException {
        String metadata = Files.readString(METADATA);
        Set<String> types = new TreeSet<>(Set.of("java.lang.Thread")); // by its literal
        Set<String> members = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            matches(TYPE, text).forEach(
                    type -> types.add(type.contains(".") ? type : "sun.nio.ch." + type));
            members.addAll(matches(MEMBER, text.replaceAll("jdkClass\\(\"\\w+\"\\)", "")));
        }
        assertEquals(types, matches(Pattern.compile("\"type\": \"([^\"]*)\""), metadata));
        assertEquals(members, matches(Pattern.compile("\"name\": \"([^\"]*)\""), metadata));
    }

    @Test
    void reflectionIsWhereThisTestLooks() throws IOException {
        Set<String> files = new TreeSet<>();
        for (Path source : sources()) {
            String code = Files.readString(source).replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "");
            if (REFLECTION.matcher(code).find()) {
                files.add(source.getFileName().toString());
            }
        }
        assertEquals(Set.of("Blocking.java", "Descriptors.java"), files);
    }

    @Test
    void conditionsNameClassesOfTheLibrary() throws IOException {
        Set<String> reached = matches(Pattern.compile("\"typeReached\": \"([^\"]*)\""),
                Files.readString(METADATA));
        assertEquals(Set.of("io.millrace.http.Blocking", "io.millrace.net.Descriptors"), reached);
        Set<String> classes = sources().stream().map(Path::toString)
                .map(file -> file.replaceAll("src/main/java(22)?/|\\.java", "").replace('/', '.'))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), reached.stream().filter(name -> !classes.contains(name))
                .collect(Collectors.toSet()));
    }

    @Test
    void metadataIsWhereGraalVmLooks() {
        assertNotNull(NativeImageMetadataTest.class.getClassLoader().getResource(
                "META-INF/native-image/io.millrace/millrace-core/reachability-metadata.json"));
    }
}
