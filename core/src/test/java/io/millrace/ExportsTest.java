package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No public signature has a type that applications can't name. The compiler's lint "exports" would
 * say so, but for the annotations of nullness, which aren't in the jar (decision 382).
 */
class ExportsTest {

    private static final Pattern OURS = Pattern.compile("io\\.millrace\\.[\\w.$]+");

    private static Set<String> exported() throws IOException {
        return Pattern.compile("exports (io\\.millrace[a-z0-9.]*);")
                .matcher(Files.readString(Path.of("src/main/java/module-info.java"))).results()
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Class<?>> classes(Set<String> packages) throws Exception {
        Path root = Path.of(Handler.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI());
        List<Class<?>> classes = new ArrayList<>();
        for (String name : packages) {
            try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
                for (Path file : files.sorted().toList()) {
                    String simple = file.getFileName().toString();
                    if (simple.endsWith(".class") && !simple.startsWith("package-info")) {
                        classes.add(Class.forName(name + '.' + simple.replace(".class", ""), false,
                                ExportsTest.class.getClassLoader()));
                    }
                }
            }
        }
        return classes;
    }

    /** Members that applications see, and that name a type of a package that they don't. */
    private static List<String> breaches(Class<?> type, Set<String> exported) {
        List<String> breaches = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (isSeen(method.getModifiers()) && !method.isSynthetic()) {
                check(type, method, method.getGenericReturnType(), exported, breaches);
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isSeen(constructor.getModifiers()) && !constructor.isSynthetic()) {
                check(type, constructor, void.class, exported, breaches);
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isSeen(field.getModifiers())) {
                check(type + " " + field.getName(), List.of(field.getGenericType()), exported,
                        breaches);
            }
        }
        return breaches;
    }

    private static void check(Class<?> type, Executable member, Type returned,
            Set<String> exported, List<String> breaches) {
        List<Type> named = new ArrayList<>(List.of(returned));
        named.addAll(Arrays.asList(member.getGenericParameterTypes()));
        named.addAll(Arrays.asList(member.getGenericExceptionTypes()));
        Arrays.stream(member.getTypeParameters())
                .forEach(parameter -> named.addAll(Arrays.asList(parameter.getBounds())));
        check(type + " " + member.getName(), named, exported, breaches);
    }

    private static void check(String member, List<Type> named, Set<String> exported,
            List<String> breaches) {
        for (Type type : named) {
            for (MatchResult ours : OURS.matcher(type.getTypeName()).results().toList()) {
                String name = ours.group().replaceAll("\\.[A-Z].*", "");
                if (!exported.contains(name)) {
                    breaches.add(member + ": " + ours.group());
                }
            }
        }
    }

    private static boolean isSeen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static boolean isPublic(Class<?> type) {
        return type == null || isSeen(type.getModifiers()) && isPublic(type.getEnclosingClass());
    }

    @Test
    void publicSignaturesHaveExportedTypesOnly() throws Exception {
        Set<String> exported = exported();
        List<Class<?>> seen = classes(exported).stream().filter(ExportsTest::isPublic).toList();
        assertTrue(seen.contains(Handler.class));
        List<String> breaches = new ArrayList<>();
        seen.forEach(type -> breaches.addAll(breaches(type, exported)));
        assertTrue(breaches.isEmpty(), () -> String.join("\n", breaches));
    }

    @Test
    void typeThatIsNotExportedIsFound() {
        assertEquals(List.of("interface io.millrace.http.Handler handle:"
                        + " io.millrace.http.Exchange"),
                breaches(Handler.class, Set.of("io.millrace.nothing")).stream()
                        .filter(breach -> breach.contains(" handle: ")
                                && breach.endsWith("Exchange")).toList());
    }
}
