package io.penstock.relay.leg;

import io.penstock.store.Keepsakes;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import reactor.core.publisher.Mono;

/** What replicas share, without a database; nothing expires. */
final class MemoryKeepsakes implements Keepsakes {

    private record Row(String owner, String sealed) {
        static Row of(String owner, byte[] sealed) {
            return new Row(owner, HexFormat.of().formatHex(sealed));
        }
    }

    private final ConcurrentMap<String, Row> rows = new ConcurrentHashMap<>();

    int size() {
        return rows.size();
    }

    @Override
    public Mono<Boolean> put(String digest, String owner, byte[] sealed, Instant until) {
        return Mono.fromSupplier(() -> rows.putIfAbsent(digest, Row.of(owner, sealed)) == null);
    }

    @Override
    public Mono<byte[]> find(String digest) {
        return Mono.fromSupplier(() -> rows.get(digest))
                .map(row -> HexFormat.of().parseHex(row.sealed()));
    }

    @Override
    public Mono<Void> remove(String digest, byte[] sealed) {
        return Mono.fromRunnable(() ->
                rows.computeIfPresent(digest, (_, row) -> row.equals(Row.of(row.owner(), sealed)) ? null : row));
    }

    @Override
    public Mono<Void> removeAll(String owner) {
        return Mono.fromRunnable(() -> rows.values().removeIf(row -> row.owner().equals(owner)));
    }
}
