package io.penstock.relay.elsewhere;

import io.penstock.store.Switchboard;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Which other replicas are there, and whether they have heard what was said to all: what one replica says reaches another in its order, so
 * whoever answers a question has heard all before it.
 */
final class Presence {

    private final Switchboard switchboard;
    private final ElsewhereSettings settings;
    private final LongSupplier nanos;
    private final Scheduler timer;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

    Presence(Switchboard switchboard, ElsewhereSettings settings, LongSupplier nanos, Scheduler timer) {
        this.switchboard = switchboard;
        this.settings = settings;
        this.nanos = nanos;
        this.timer = timer;
    }

    /** Who has not answered a question yet. */
    private record Waiting(Set<String> silent, Sinks.Empty<Void> all) {

        synchronized void heard(String replica) {
            if (silent.remove(replica) && silent.isEmpty()) {
                var _ = all.tryEmitEmpty();
            }
        }

        synchronized Set<String> rest() {
            return Set.copyOf(silent);
        }
    }

    /** One round: says that this replica is there. Empty when it is on its way, or was not sent: who has no database hears nobody. */
    Mono<Void> tell() {
        return Mono.defer(() -> switchboard.broadcast(letter(0, new Frame.Here())))
                .onErrorComplete();
    }

    /** Empty when all that are there have heard what was said before, or where the others have not answered in time. */
    Mono<Void> heard() {
        return Mono.defer(() -> {
            var others = others();
            if (others.isEmpty()) {
                return Mono.empty();
            }
            long id = random.nextLong();
            var asked = new Waiting(others, Sinks.empty());
            waiting.put(id, asked);
            for (String replica : Set.copyOf(others)) {
                var _ = switchboard.send(replica, letter(id, new Frame.Question()));
            }
            return asked.all()
                    .asMono()
                    .timeout(settings.answerTimeout(), Mono.fromRunnable(() -> forget(asked.rest())), timer)
                    .doFinally(_ -> waiting.remove(id));
        });
    }

    boolean knows() {
        return !others().isEmpty();
    }

    /** Those that were heard of not long ago, but for this one. */
    private Set<String> others() {
        long now = nanos.getAsLong();
        Duration most = settings.silence();
        seen.values().removeIf(at -> now - at > most.toNanos());
        return new HashSet<>(seen.keySet());
    }

    /** Nobody waits for them again until they say something. */
    private void forget(Set<String> replicas) {
        seen.keySet().removeAll(replicas);
    }

    void hear(Letter letter) {
        String from = letter.from();
        if (from.equals(switchboard.self())) {
            return;
        }
        switch (letter.frame()) {
            case Frame.Here _ -> seen.put(from, nanos.getAsLong());
            case Frame.Question _ -> {
                var _ = switchboard.send(from, letter(letter.conversation(), new Frame.Heard()));
            }
            case Frame.Heard _ -> {
                var asked = waiting.get(letter.conversation());
                if (asked != null) {
                    asked.heard(from);
                }
            }
            default -> throw new IllegalArgumentException("This says nothing of who is there");
        }
    }

    private byte[] letter(long id, Frame frame) {
        return Letters.write(new Letter(switchboard.self(), id, 0, frame));
    }
}
