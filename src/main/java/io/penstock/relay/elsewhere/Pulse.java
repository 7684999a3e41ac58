package io.penstock.relay.elsewhere;

import io.penstock.relay.elsewhere.Frame.Beat;
import io.penstock.store.Switchboard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/** Tells replicas with open conversations that they are open, and notices the replicas that do not tell it any more. */
final class Pulse {

    private final Switchboard switchboard;
    private final Object order;
    private final ElsewhereSettings settings;
    private final Askings askings;
    private final Guests guests;
    private final LongSupplier nanos;
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private long last;

    Pulse(
            Switchboard switchboard,
            Object order,
            ElsewhereSettings settings,
            Askings askings,
            Guests guests,
            LongSupplier nanos) {
        this.switchboard = switchboard;
        this.order = order;
        this.settings = settings;
        this.askings = askings;
        this.guests = guests;
        this.nanos = nanos;
        last = nanos.getAsLong();
    }

    /** Anything shows that its sender is there. */
    void heard(String replica) {
        heard.computeIfPresent(replica, (_, before) -> nanos.getAsLong());
    }

    void hear(String replica, Beat beat) {
        Map<Long, Integer> asked = new HashMap<>();
        Map<Long, Integer> visited = new HashMap<>();
        beat.conversations().forEach(one -> (one.asking() ? asked : visited).put(one.id(), one.said()));
        guests.compare(replica, asked);
        askings.compare(replica, visited);
    }

    /** One round. */
    Mono<Void> beat() {
        return Mono.fromRunnable(() -> {
            var open = tell();
            long now = nanos.getAsLong();
            heard.keySet().retainAll(open.keySet());
            open.keySet().forEach(replica -> heard.putIfAbsent(replica, now));
            // Who was held up itself has not listened either.
            if (now - last > settings.silence().toNanos() / 2) {
                heard.replaceAll((_, before) -> now);
            }
            last = now;
            heard.forEach((replica, at) -> {
                if (now - at > settings.silence().toNanos()) {
                    askings.silent(replica);
                    guests.silent(replica);
                }
            });
        });
    }

    /** Nothing is said between the count and the beat that tells it. */
    private Map<String, List<Beat.Open>> tell() {
        synchronized (order) {
            Map<String, List<Beat.Open>> open = new HashMap<>();
            askings.open().forEach(asking -> add(open, asking.line(), true));
            guests.open().forEach(visiting -> add(open, visiting.line(), false));
            open.forEach((replica, conversations) -> {
                var _ = switchboard.send(
                        replica, Letters.write(new Letter(switchboard.self(), 0, 0, new Beat(conversations))));
            });
            return open;
        }
    }

    private static void add(Map<String, List<Beat.Open>> open, Line line, boolean asking) {
        open.computeIfAbsent(line.peer(), _ -> new ArrayList<>()).add(new Beat.Open(asking, line.id(), line.said()));
    }
}
