package io.penstock.relay.elsewhere;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** When something was last heard of each replica that this one has to do with. */
final class Signs {

    private final LongSupplier nanos;
    private final Map<String, Sign> last = new ConcurrentHashMap<>();

    /** @param seen whether it was one, or is only assumed so as to begin the count */
    private record Sign(long at, boolean seen) {}

    Signs(LongSupplier nanos) {
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** Anything shows that its sender is there. */
    void of(String replica) {
        last.put(replica, new Sign(now(), true));
    }

    boolean since(String replica, long when) {
        Sign sign = last.get(replica);
        return sign != null && sign.seen() && sign.at() - when > 0;
    }

    /** Forgets all but these, and takes those among them that are new for heard of now. */
    void keep(Set<String> replicas) {
        last.keySet().retainAll(replicas);
        replicas.forEach(replica -> last.putIfAbsent(replica, new Sign(now(), false)));
    }

    /** Takes all for heard of now: who was held up has not listened. */
    void excuse() {
        last.replaceAll((_, before) -> new Sign(now(), false));
    }

    List<String> silentFor(Duration time) {
        long now = now();
        return last.entrySet().stream()
                .filter(sign -> now - sign.getValue().at() > time.toNanos())
                .map(Map.Entry::getKey)
                .toList();
    }
}
