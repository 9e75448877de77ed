package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Null is refused where it is given, by a NullPointerException, and not far away from there: by all
 * that makes an object of this package, and by what changes a response, a problem or a list.
 */
class NullArgumentsTest {

    private static final Path MAIN = Path.of("src/main/java/io/millrace/http");
    /** Of no meaning without a value of the application's own type. */
    private static final Set<String> FREE = Set.of("equals", "as");

    @TempDir
    private Path folder;
    private FileChannel channel;

    @BeforeEach
    void open() throws IOException {
        channel = FileChannel.open(folder.resolve("file"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(MAIN)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                if (!name.equals("package-info")) {
                    types.add(Class.forName("io.millrace.http." + name));
                }
            }
        }
        types.removeIf(type -> !Modifier.isPublic(type.getModifiers()));
        assertTrue(types.contains(Response.class));
        return types;
    }

    private Object sample(Class<?> type) throws IOException {
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == double.class) {
            return 1.0;
        }
        if (type.isInterface()) {
            return type == Headers.class ? Headers.empty() : Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) ->
                            method.getReturnType() == long.class ? 0L : null);
        }
        for (Object sample : List.of("a", new byte[1], new String[] {"a", "b"}, Status.OK,
                Response.text("a"), Duration.ofSeconds(1), InputStream.nullInputStream(), channel,
                new IOException(), Attribute.of("a"), ProblemDetails.of(Status.OK),
                new HttpException(Status.OK, "a"))) {
            if (type.isInstance(sample)) {
                return sample;
            }
        }
        throw new AssertionError("no sample of " + type);
    }

    /** A call with null for one argument, whose type doesn't allow it. */
    private void check(Object target, Executable member, List<String> breaches) throws Exception {
        for (int i = 0; i < member.getParameterCount(); i++) {
            if (member.getParameterTypes()[i].isPrimitive() || member
                    .getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
                continue;
            }
            Object[] arguments = new Object[member.getParameterCount()];
            for (int j = 0; j < arguments.length; j++) {
                arguments[j] = j == i ? null : sample(member.getParameterTypes()[j]);
            }
            String outcome;
            try {
                outcome = "returns " + (member instanceof Method method
                        ? method.invoke(target, arguments)
                        : ((Constructor<?>) member).newInstance(arguments));
            } catch (InvocationTargetException e) {
                outcome = e.getCause() + "";
            }
            if (!outcome.startsWith(NullPointerException.class.getName())) {
                breaches.add(member + " with null for argument " + i + " " + outcome);
            }
        }
    }

    private <T> void checkMethods(Class<T> type, T target, List<String> breaches)
            throws Exception {
        for (Method method : type.getDeclaredMethods()) {
            int modifiers = method.getModifiers();
            if (Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers)
                    && !method.isSynthetic() && !FREE.contains(method.getName())) {
                check(target, method, breaches);
            }
        }
    }

    @Test
    void whatMakesAnObjectRefusesNull() throws Exception {
        List<String> breaches = new ArrayList<>();
        for (Class<?> type : publicTypes()) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isStatic(method.getModifiers()) && !method.isSynthetic()
                        && Modifier.isPublic(method.getModifiers())) {
                    check(null, method, breaches);
                }
            }
            for (Executable constructor : type.getConstructors()) {
                check(null, constructor, breaches);
            }
        }
        assertEquals("", String.join("\n", breaches));
    }

    @Test
    void whatChangesAnObjectRefusesNull() throws Exception {
        List<String> breaches = new ArrayList<>();
        checkMethods(Response.class, Response.text("a"), breaches);
        checkMethods(ProblemDetails.class, ProblemDetails.of(Status.OK), breaches);
        checkMethods(Values.class, Values.builder("a").build(), breaches);
        checkMethods(Values.Builder.class, Values.builder("a"), breaches);
        checkMethods(Attributes.class, new Attributes(), breaches);
        checkMethods(Headers.class, Headers.of("a", "b"), breaches);
        assertEquals("", String.join("\n", breaches));
    }

    @Test
    void methodThatTakesNullIsFound() throws Exception {
        List<String> breaches = new ArrayList<>();
        check(null, String.class.getMethod("valueOf", Object.class), breaches);
        check("", String.class.getMethod("getBytes", Charset.class), breaches);
        assertEquals(List.of("public static java.lang.String java.lang.String.valueOf("
                + "java.lang.Object) with null for argument 0 returns null"), breaches);
    }
}
