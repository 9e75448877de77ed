package io.millrace.app;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Keeps signals that have no meaning here from ending the process: SIGHUP, which a terminal sends
 * when it closes and a supervisor to reload, and those that the system ends a process for, such as
 * SIGUSR1 (decision 121).
 *
 * <p>Java hears of signals by {@code sun.misc.Signal} only, of the module jdk.unsupported. It is
 * called by name, because javac warns of it and has no way to take that back when it compiles for a
 * release; at run time there is no warning. A JVM without the module does as if this weren't here.
 *
 * <p>Threads: one of the JVM's for each signal that arrives.
 */
final class SignalRules {

    /** Those that a JVM lets the system end it for. SIGPIPE, SIGXFSZ and SIGUSR2 it takes. */
    private static final String[] IGNORED = {"HUP", "USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR",
        "STKFLT", "XCPU"};

    private SignalRules() {
    }

    /** From now on such a signal is a line of the log. */
    static void install() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object rules = handler(signal, handler);
            Constructor<?> named = signal.getConstructor(String.class);
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : IGNORED) {
                install(named, handle, name, rules);
            }
        } catch (Throwable notHere) {
            // No such class: signals do what they do in every JVM.
            return;
        }
    }

    private static void install(Constructor<?> named, Method handle, String name, Object rules)
            throws ReflectiveOperationException {
        try {
            handle.invoke(null, named.newInstance(name), rules);
        } catch (InvocationTargetException refused) {
            // The system has no such signal, or -Xrs leaves it to others.
            return;
        }
    }

    /** A handler that calls {@link #ignore}. Not a proxy, which costs a start 10 ms. */
    private static Object handler(Class<?> signal, Class<?> handler) throws Throwable {
        Lookup lookup = MethodHandles.lookup();
        MethodHandle ignore = lookup.findStatic(SignalRules.class, "ignore",
                MethodType.methodType(void.class, Object.class));
        return LambdaMetafactory.metafactory(lookup, "handle", MethodType.methodType(handler),
                MethodType.methodType(void.class, signal), ignore,
                MethodType.methodType(void.class, signal)).getTarget().invoke();
    }

    private static void ignore(Object signal) {
        System.err.println("millrace: " + signal + " ignored: it has no meaning here");
    }
}
