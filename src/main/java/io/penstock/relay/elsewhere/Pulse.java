package io.penstock.relay.elsewhere;

import io.penstock.relay.elsewhere.Frame.Beat;
import io.penstock.store.Switchboard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Tells replicas with open conversations that they are open, and notices the replicas that do not tell it any more. */
final class Pulse {

    private final Switchboard switchboard;
    private final Object order;
    private final ElsewhereSettings settings;
    private final Askings askings;
    private final Guests guests;
    private final Signs signs;
    private long last;

    Pulse(
            Switchboard switchboard,
            Object order,
            ElsewhereSettings settings,
            Askings askings,
            Guests guests,
            Signs signs) {
        this.switchboard = switchboard;
        this.order = order;
        this.settings = settings;
        this.askings = askings;
        this.guests = guests;
        this.signs = signs;
        last = signs.now();
    }

    void hear(String replica, Beat beat) {
        Map<Long, Integer> asked = new HashMap<>();
        Map<Long, Integer> visited = new HashMap<>();
        beat.conversations().forEach(one -> (one.asking() ? asked : visited).put(one.id(), one.said()));
        guests.compare(replica, asked);
        askings.compare(replica, visited);
        if (!beat.conversations().isEmpty()) {
            answer(replica);
        }
    }

    /** Who believes that something is open hears that nothing is: no other beat would tell it. */
    private void answer(String replica) {
        synchronized (order) {
            if (!open().containsKey(replica)) {
                say(replica, new Beat(List.of()));
            }
        }
    }

    /** One round. */
    Mono<Void> beat() {
        return Mono.fromRunnable(() -> {
            signs.keep(tell().keySet());
            if (signs.now() - last > settings.silence().toNanos() / 2) {
                signs.excuse();
            }
            last = signs.now();
            signs.silentFor(settings.silence()).forEach(replica -> {
                askings.silent(replica);
                guests.silent(replica);
            });
        });
    }

    /** Nothing is said between the count and the beat that tells it. */
    private Map<String, List<Beat.Open>> tell() {
        synchronized (order) {
            Map<String, List<Beat.Open>> open = open();
            open.forEach((replica, conversations) -> say(replica, new Beat(conversations)));
            return open;
        }
    }

    private void say(String replica, Beat beat) {
        var _ = switchboard.send(replica, Letters.write(new Letter(switchboard.self(), 0, 0, beat)));
    }

    /** What is open, by replica. */
    private Map<String, List<Beat.Open>> open() {
        Map<String, List<Beat.Open>> open = new HashMap<>();
        askings.open().forEach(asking -> add(open, asking.line(), true));
        guests.open().forEach(visiting -> add(open, visiting.line(), false));
        return open;
    }

    private static void add(Map<String, List<Beat.Open>> open, Line line, boolean asking) {
        open.computeIfAbsent(line.peer(), _ -> new ArrayList<>()).add(new Beat.Open(asking, line.id(), line.said()));
    }
}
