package io.millrace.server;

import io.millrace.log.SafeLog;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a class logs from WARNING on, instead of the console. By reflection, as the module under
 * test doesn't read the one that writes its logs.
 *
 * <p>Threads: any.
 */
public final class Logged implements AutoCloseable {

    private static final int INFO = 800;
    private static final int WARNING = 900;
    private static final long DEADLINE_NS = 10_000_000_000L;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    /** Held on to: the JDK forgets a logger that nobody holds, and its filter with it. */
    private final Object logger;
    private final Method setFilter;

    private final int least;
    /** Null if the log works. */
    private final Error broken;

    public Logged(Class<?> logs) throws ReflectiveOperationException {
        this(logs, null);
    }

    /** @param broken what every attempt to write a line fails with */
    public Logged(Class<?> logs, Error broken) throws ReflectiveOperationException {
        this(logs, WARNING, broken);
    }

    /** The lines at INFO, too. */
    public static Logged fromInfo(Class<?> logs) throws ReflectiveOperationException {
        return new Logged(logs, INFO, null);
    }

    private Logged(Class<?> logs, int least, Error broken) throws ReflectiveOperationException {
        this.least = least;
        this.broken = broken;
        SafeLog.flush(DEADLINE_NS); // lines of an earlier test may still wait for the log's thread
        Class<?> type = Class.forName("java.util.logging.Logger");
        Class<?> filter = Class.forName("java.util.logging.Filter");
        logger = type.getMethod("getLogger", String.class).invoke(null, logs.getName());
        setFilter = type.getMethod("setFilter", filter);
        setFilter.invoke(logger, Proxy.newProxyInstance(Logged.class.getClassLoader(),
                new Class<?>[] {filter}, (proxy, method, arguments) -> take(arguments[0])));
    }

    private boolean take(Object entry) throws ReflectiveOperationException {
        if (broken != null) {
            throw broken;
        }
        Object level = entry.getClass().getMethod("getLevel").invoke(entry);
        if ((int) level.getClass().getMethod("intValue").invoke(level) >= least) {
            Object thrown = entry.getClass().getMethod("getThrown").invoke(entry);
            lines.add(entry.getClass().getMethod("getMessage").invoke(entry)
                    + (thrown == null ? "" : " | " + thrown));
        }
        return false;
    }

    /** What has been logged up to now, by any thread. */
    public List<String> lines() {
        SafeLog.flush(DEADLINE_NS);
        return lines;
    }

    @Override
    public void close() throws ReflectiveOperationException {
        SafeLog.flush(DEADLINE_NS); // what comes later would be printed
        setFilter.invoke(logger, (Object) null);
    }
}
