package io.millrace.app.serve;

import io.millrace.app.log.ConsoleLog;
import java.lang.System.Logger.Level;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * What signals do that the system would end the process for: SIGHUP, which a supervisor sends to
 * reload, does that; the others, such as SIGUSR1, have no meaning here (decision 121). A terminal
 * sends SIGHUP, too, when it closes: that reloads what has changed, and ends nothing.
 *
 * <p>Java hears of signals by {@code sun.misc.Signal} only, of the module jdk.unsupported. It is
 * called by name, because javac warns of it and has no way to take that back when it compiles for a
 * release; at run time there is no warning. A JVM without the module does as if this weren't here.
 *
 * <p>Threads: one of the JVM's for each signal that arrives.
 */
final class SignalRules {

    /**
     * Those that a JVM lets the system end it for. SIGPIPE, SIGXFSZ and SIGUSR2 it takes; SIGTRAP
     * and SIGSYS are faults of the process, which must end it; others have no name in Java.
     */
    private static final String[] NAMES = {"HUP", "USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR",
        "STKFLT", "XCPU"};

    private SignalRules() {
    }

    /** From now on SIGHUP requests a reload, and another such signal is a line of the log. */
    static void install(Reloads reloads) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object rules = handler(signal, handler, reloads);
            Constructor<?> named = signal.getConstructor(String.class);
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : NAMES) {
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

    /** A handler that calls {@link #arrived}. Not a proxy, which costs a start 10 ms. */
    private static Object handler(Class<?> signal, Class<?> handler, Reloads reloads)
            throws Throwable {
        Lookup lookup = MethodHandles.lookup();
        MethodHandle arrived = lookup.findStatic(SignalRules.class, "arrived",
                MethodType.methodType(void.class, Reloads.class, Object.class));
        return LambdaMetafactory.metafactory(lookup, "handle",
                MethodType.methodType(handler, Reloads.class),
                MethodType.methodType(void.class, signal), arrived,
                MethodType.methodType(void.class, signal)).getTarget().invoke(reloads);
    }

    private static void arrived(Reloads reloads, Object signal) {
        if (signal.toString().equals("SIGHUP")) {
            reloads.request();
        } else {
            ConsoleLog.printError(System.err, Level.WARNING,
                    signal + " ignored: it has no meaning here");
        }
    }
}
