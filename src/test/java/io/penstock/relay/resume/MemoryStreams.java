package io.penstock.relay.resume;

import io.penstock.loop.Rounds;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Durable streams for tests of what uses them. */
public final class MemoryStreams {

    private MemoryStreams() {}

    /** None: for sessions that are not resumable. */
    public static DurableStreams none(Rounds rounds) {
        var log = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (_, method, _) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return new DurableStreams(log, rounds, Schedulers.parallel());
    }

    /** Streams whose events are written into that list. */
    public static DurableStreams into(List<String> written, Rounds rounds) {
        return new DurableStreams(new MemoryLog(written), rounds, Schedulers.parallel());
    }

    /** A log of streams that are all alive until they end. */
    private record MemoryLog(List<String> written, Map<UUID, Stream> streams, Map<UUID, List<Entry>> entries)
            implements EventLog {

        MemoryLog(List<String> written) {
            this(written, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }

        @Override
        public Mono<Void> open(UUID stream, String sessionKey, String requestId, Duration alive) {
            return Mono.fromRunnable(() -> {
                streams.put(stream, new Stream(stream, sessionKey, requestId, false, true));
                entries.put(stream, new CopyOnWriteArrayList<>());
            });
        }

        @Override
        public Mono<Void> append(UUID stream, Entry entry, boolean last) {
            Mono<Void> appended = Mono.fromRunnable(() -> {
                written.add(entry.message());
                entries.get(stream).add(entry);
            });
            return last ? appended.then(end(stream)) : appended;
        }

        @Override
        public Mono<Void> end(UUID stream) {
            return Mono.fromRunnable(() -> streams.computeIfPresent(
                    stream, (id, open) -> new Stream(id, open.sessionKey(), open.requestId(), true, true)));
        }

        @Override
        public Mono<Void> keepAlive(Collection<UUID> alive, Duration time) {
            return Mono.empty();
        }

        @Override
        public Mono<Stream> find(UUID stream) {
            return Mono.fromSupplier(() -> streams.get(stream));
        }

        @Override
        public Flux<Entry> after(UUID stream, int seq) {
            return Flux.defer(() -> Flux.fromIterable(entries.get(stream))).filter(entry -> entry.seq() > seq);
        }

        @Override
        public Mono<Boolean> goesOnAfter(UUID stream, int seq) {
            return after(stream, seq).hasElements();
        }

        @Override
        public Mono<Boolean> giveUp(UUID stream, String message) {
            return Mono.just(false);
        }

        @Override
        public Mono<Void> forget(Duration older) {
            return Mono.empty();
        }
    }
}
