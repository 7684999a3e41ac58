package io.penstock.ingress.overload;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** The figures that this JVM gives of its memory. */
final class JvmMemory {

    private final List<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP
                    && pool.isUsageThresholdSupported()
                    && pool.isCollectionUsageThresholdSupported())
            .toList();
    private final List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .toList();

    /** The part of the heap for what lives long that was in use after its last collection, less what was freed since; 0 where none was collected yet. */
    double heap() {
        long used = 0;
        long most = 0;
        for (MemoryPoolMXBean pool : old) {
            MemoryUsage after = pool.getCollectionUsage();
            if (after != null && after.getMax() > 0) {
                used += Math.min(after.getUsed(), pool.getUsage().getUsed());
                most += after.getMax();
            }
        }
        return most == 0 ? 0 : (double) used / most;
    }

    /** The part of the direct memory that is in use; what the allocator of buffers keeps for later is not. */
    double direct() {
        long most = PlatformDependent.maxDirectMemory();
        long reserved = Math.max(
                PlatformDependent.usedDirectMemory(),
                buffers.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum());
        var pooled = PooledByteBufAllocator.DEFAULT;
        long kept = pooled.metric().usedDirectMemory();
        long used = Math.max(0, reserved - kept) + Math.min(kept, pooled.pinnedDirectMemory());
        return most <= 0 ? 0 : (double) used / most;
    }
}
