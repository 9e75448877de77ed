package io.millrace.docs;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that runs tests which the docs show: as JUnit would, as far as they need it. */
final class SampleRun {

    private SampleRun() {
    }

    public static void main(String[] names) throws Exception {
        for (String name : names) {
            Class<?> type = Class.forName(name);
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    run(type, method);
                    System.out.println("passed: " + name + "." + method.getName());
                }
            }
        }
        System.exit(0); // whatever threads are left
    }

    private static void run(Class<?> type, Method test) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object instance = constructor.newInstance();
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(TempDir.class)) {
                field.setAccessible(true);
                Path folder = Files.createTempDirectory("sample");
                folder.toFile().deleteOnExit();
                field.set(instance, folder);
            }
        }
        call(instance, test);
        for (Method method : type.getDeclaredMethods()) {
            for (Annotation annotation : method.getAnnotations()) {
                if (annotation instanceof AfterEach) {
                    call(instance, method);
                }
            }
        }
    }

    private static void call(Object instance, Method method) throws Exception {
        method.setAccessible(true);
        method.invoke(instance);
    }
}
