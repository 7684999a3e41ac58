package io.penstock.relay.elsewhere;

import io.penstock.loop.Rounds;
import io.penstock.store.Switchboard;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The requests that other replicas have handed over to this one. */
final class Guests {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Switchboard switchboard;
    private final Object order;
    private final Rounds rounds;
    private final ElsewhereSettings settings;
    private final Map<Key, Visiting> open = new ConcurrentHashMap<>();
    private volatile @Nullable BiFunction<Request, byte[], Mono<Reply>> host;
    private volatile boolean closed;

    Guests(Switchboard switchboard, Object order, Rounds rounds, ElsewhereSettings settings) {
        this.switchboard = switchboard;
        this.order = order;
        this.rounds = rounds;
        this.settings = settings;
    }

    private record Key(String replica, long conversation) {}

    void serve(BiFunction<Request, byte[], Mono<Reply>> visits) {
        host = visits;
    }

    Collection<Visiting> open() {
        return open.values();
    }

    /** What this replica would do with the request if another handed it over. */
    Mono<Reply> carriedOut(Request request, byte[] body) {
        var serving = host;
        return serving == null || closed ? Mono.error(full("is starting or stopping")) : serving.apply(request, body);
    }

    void hear(Letter letter, Frame.ToVisited frame) {
        var key = new Key(letter.from(), letter.conversation());
        Visiting known = open.get(key);
        if (known != null) {
            if (known.line().follows(letter.number())) {
                known.hear(frame);
            } else {
                lost(known);
            }
        } else if (frame instanceof Frame.Asked asked) {
            begin(key, letter.number(), asked);
        }
    }

    private void begin(Key key, int number, Frame.Asked asked) {
        Request request = asked.request();
        var line = new Line(switchboard, order, key.replica(), key.conversation());
        var visiting = new Visiting(line, request.correlationId(), settings);
        boolean first = line.follows(number);
        boolean room = first && open.size() < settings.visits();
        open.put(key, visiting);
        var _ = line.say(new Frame.Accepted());
        Mono<Void> work = visiting.carriedOut(
                () -> room ? carriedOut(request, asked.body()) : Mono.error(full("has too much in hand")));
        var _ = rounds.detach("replicas.visit", work.doFinally(end -> open.remove(key, visiting)));
    }

    private static Refusal full(String why) {
        return new Refusal(new Reason.Unavailable("The replica that holds this session " + why, SOON));
    }

    /**
     * Compares with what the other side says is open; what is not has been given up there.
     *
     * @param said how many frames the other side has sent in each conversation
     */
    void compare(String replica, Map<Long, Integer> said) {
        open.forEach((key, visiting) -> {
            if (key.replica().equals(replica)) {
                Integer count = said.get(key.conversation());
                if (count == null) {
                    visiting.stop();
                } else if (!visiting.line().heardAll(count)) {
                    lost(visiting);
                }
            }
        });
    }

    private static void lost(Visiting visiting) {
        var _ = visiting.breakOff("Something was lost between two replicas; whether the work was done is not known");
    }

    /** Nothing was heard of the other side for too long. */
    void silent(String replica) {
        open.forEach((key, visiting) -> {
            if (key.replica().equals(replica)) {
                visiting.stop();
            }
        });
    }

    /** Breaks off what is in hand, and begins nothing more. */
    void close() {
        closed = true;
        open.values().forEach(visiting -> {
            var _ = visiting.breakOff("The replica that held this call stops; whether the work was done is not known");
        });
    }
}
