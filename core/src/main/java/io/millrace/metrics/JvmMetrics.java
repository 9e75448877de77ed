package io.millrace.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;

/**
 * The metrics of this JVM and its process. The modules for management are optional: what needs them
 * is in classes of its own, loaded only if the module is there.
 *
 * <p>Threads: any.
 */
final class JvmMetrics implements MetricsSource { // decision 223

    static final JvmMetrics INSTANCE = new JvmMetrics();

    private JvmMetrics() {
    }

    @Override
    public void write(MetricsWriter out) {
        if (has("java.management")) {
            Managed.write(out);
        } else {
            Runtime jvm = Runtime.getRuntime();
            writeHeap(out, jvm.totalMemory() - jvm.freeMemory(), jvm.maxMemory());
        }
        if (has("jdk.management")) {
            Process.write(out);
        }
    }

    private static boolean has(String module) {
        return ModuleLayer.boot().findModule(module).isPresent();
    }

    private static MetricsWriter writeHeap(MetricsWriter out, long usedBytes, long maxBytes) {
        out.gauge("jvm_memory_max_bytes", "Most memory that the JVM uses, by area.")
                .sample(maxBytes, "area", "heap");
        return out.gauge("jvm_memory_used_bytes", "Memory that the JVM uses, by area.")
                .sample(usedBytes, "area", "heap");
    }

    /** What java.management tells. */
    private static final class Managed {

        static void write(MetricsWriter out) {
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            writeHeap(out, memory.getHeapMemoryUsage().getUsed(),
                    memory.getHeapMemoryUsage().getMax())
                    .sample(memory.getNonHeapMemoryUsage().getUsed(), "area", "nonheap");
            out.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside of the heap.");
            for (BufferPoolMXBean pool
                    : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                out.sample(pool.getMemoryUsed(), "pool", pool.getName());
            }
            out.summary("jvm_gc_collection_seconds", "Time spent in garbage collections.");
            for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
                // Either is -1 if the collector doesn't tell.
                out.summarize(Math.max(0, gc.getCollectionCount()),
                        Duration.ofMillis(Math.max(0, gc.getCollectionTime())), "gc",
                        gc.getName());
            }
            out.gauge("jvm_threads_current", "Threads, daemons included.")
                    .sample(ManagementFactory.getThreadMXBean().getThreadCount());
            out.gauge("process_start_time_seconds", "Start of the process, seconds since 1970.")
                    .sample(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        }
    }

    /** What jdk.management tells. */
    private static final class Process {

        static void write(MetricsWriter out) {
            if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
                out.counter("process_cpu_seconds_total", "Time of the processor, all threads.")
                        .sample(os.getProcessCpuTime() / 1e9);
            }
            if (ManagementFactory.getOperatingSystemMXBean()
                    instanceof UnixOperatingSystemMXBean unix) {
                out.gauge("process_open_fds", "Open file descriptors.")
                        .sample(unix.getOpenFileDescriptorCount());
                out.gauge("process_max_fds", "Most file descriptors that may be open.")
                        .sample(unix.getMaxFileDescriptorCount());
            }
        }
    }
}
