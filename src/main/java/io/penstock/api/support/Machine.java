package io.penstock.api.support;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The Java that runs this replica, and how it is. Its options and its environment are left out: there may be secrets in them.
 *
 * @param upMillis for how long it has run
 * @param memory in bytes, by area
 * @param threads names and states alone: what is on a stack may quote what is worked on
 */
record Machine(
        String java,
        String vm,
        String system,
        int processors,
        long upMillis,
        Map<String, Long> memory,
        List<OneThread> threads) {

    /**
     * A thread.
     *
     * @param eventLoop whether it carries connections, and must never wait
     * @param cpuMillis for how long it has worked; -1 where that cannot be told
     */
    record OneThread(String name, String state, boolean eventLoop, long cpuMillis) {}

    private static final List<String> EVENT_LOOPS = List.of("reactor-http-", "reactor-tcp-");
    private static final long NANOS_PER_MILLI = 1_000_000;

    static Machine now() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        return new Machine(
                Runtime.version().toString(),
                runtime.getVmName(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                runtime.getUptime(),
                areas(),
                everyThread());
    }

    private static Map<String, Long> areas() {
        Map<String, Long> areas = new TreeMap<>();
        var memory = ManagementFactory.getMemoryMXBean();
        put("heap", memory.getHeapMemoryUsage(), areas);
        put("other", memory.getNonHeapMemoryUsage(), areas);
        for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            areas.put("buffers_" + pool.getName().replaceAll("[^a-z]+", "_") + "_used", pool.getMemoryUsed());
        }
        return areas;
    }

    private static void put(String area, MemoryUsage usage, Map<String, Long> areas) {
        areas.put(area + "_used", usage.getUsed());
        areas.put(area + "_committed", usage.getCommitted());
        areas.put(area + "_limit", usage.getMax());
    }

    private static List<OneThread> everyThread() {
        var threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull) // one that has ended meanwhile
                .map(info -> thread(info, threads.getThreadCpuTime(info.getThreadId())))
                .toList();
    }

    private static OneThread thread(ThreadInfo info, long cpuNanos) {
        String name = info.getThreadName();
        return new OneThread(
                name,
                info.getThreadState().name(),
                EVENT_LOOPS.stream().anyMatch(name::startsWith),
                cpuNanos < 0 ? -1 : cpuNanos / NANOS_PER_MILLI);
    }
}
