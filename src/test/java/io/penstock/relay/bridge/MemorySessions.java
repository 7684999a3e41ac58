package io.penstock.relay.bridge;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Rows of sessions in memory. */
final class MemorySessions implements HeldSessions {

    private final Map<String, HeldState> rows = new HashMap<>();

    @Override
    public Mono<HeldState> find(String key) {
        return Mono.fromSupplier(() -> rows.getOrDefault(key, HeldState.NEW));
    }

    @Override
    public Mono<Changed> change(String key, Instant expires, UnaryOperator<HeldState> change) {
        return Mono.fromSupplier(() -> {
            var before = rows.getOrDefault(key, HeldState.NEW);
            var after = change.apply(before);
            rows.put(key, after);
            return new Changed(after, !after.equals(before));
        });
    }

    @Override
    public Mono<Void> forget(String key) {
        return Mono.fromRunnable(() -> rows.remove(key));
    }

    @Override
    public Mono<Void> forgetExpired() {
        return Mono.empty();
    }
}
