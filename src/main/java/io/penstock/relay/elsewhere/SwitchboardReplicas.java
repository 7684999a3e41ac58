package io.penstock.relay.elsewhere;

import io.penstock.loop.Rounds;
import io.penstock.relay.Replicas;
import io.penstock.relay.elsewhere.Frame.Beat;
import io.penstock.store.Switchboard;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Replicas that reach each other over a switchboard. */
final class SwitchboardReplicas implements Replicas, SmartLifecycle {

    /** Stops after the web server, so that what it still answers can be handed over, and before the rounds that carry the last words. */
    static final int PHASE = DEFAULT_PHASE - 4095;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchboardReplicas.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final byte[] LOST = {};
    private static final int NOTES = 1024;

    private final Switchboard switchboard;
    private final Rounds rounds;
    private final Scheduler timer;
    private final Signs signs = new Signs(System::nanoTime);
    private final Askings askings;
    private final Guests guests;
    private final Pulse pulse;
    private final Presence presence;
    private final Sinks.Many<byte[]> notes = Sinks.many().multicast().directBestEffort();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean running;

    SwitchboardReplicas(Switchboard switchboard, Rounds rounds, ElsewhereSettings settings, Scheduler timer) {
        var order = new Object();
        this.switchboard = switchboard;
        this.rounds = rounds;
        this.timer = timer;
        askings = new Askings(switchboard, order, settings, signs, timer);
        guests = new Guests(switchboard, order, rounds, settings);
        pulse = new Pulse(switchboard, order, settings, askings, guests, signs);
        presence = new Presence(switchboard, settings, System::nanoTime, timer);
    }

    @Override
    public String self() {
        return switchboard.self();
    }

    @Override
    public Mono<Reply> hand(String replica, Request request, byte[] body) {
        return replica.equals(self()) ? guests.carriedOut(request, body) : askings.hand(replica, request, body);
    }

    @Override
    public void serve(BiFunction<Request, byte[], Mono<Reply>> visits) {
        guests.serve(visits);
    }

    @Override
    public Mono<Void> tellAll(byte[] note) {
        if (note.length == 0 || note.length > LARGEST_NOTE) {
            throw new IllegalArgumentException("A note has 1 to " + LARGEST_NOTE + " bytes, not " + note.length);
        }
        return switchboard.broadcast(Letters.write(new Letter(self(), 0, 0, new Frame.Note(note))));
    }

    @Override
    public Mono<Void> heard() {
        return presence.heard();
    }

    @Override
    public Flux<byte[]> told() {
        return notes.asFlux().onBackpressureBuffer(NOTES);
    }

    /** How many requests are in the hands of other replicas, and of others in those of this one. */
    int open() {
        return askings.open().size() + guests.open().size();
    }

    /** Whether any other replica is known to be there. */
    boolean knows() {
        return presence.knows();
    }

    /** Endless: acts on what other replicas say. */
    Mono<Void> hears() {
        return switchboard.received().doOnNext(this::hear).then();
    }

    /** One round: says to the others that this replica is there, and gives up on those that are not. */
    Mono<Void> beats() {
        return pulse.beat().then(presence.tell());
    }

    private void hear(byte[] bytes) {
        if (bytes.length == 0) {
            var _ = notes.tryEmitNext(LOST);
            return;
        }
        try {
            hear(Letters.read(bytes));
        } catch (IllegalArgumentException unknown) {
            if (warned.compareAndSet(false, true)) {
                LOG.warn(
                        "Another replica says what this version does not understand ({}); nothing more is said of it",
                        unknown.getMessage());
            }
        }
    }

    private void hear(Letter letter) {
        signs.of(letter.from());
        switch (letter.frame()) {
            case Frame.ToAsker frame -> askings.hear(letter, frame);
            case Frame.ToVisited frame -> guests.hear(letter, frame);
            case Frame.Here _, Frame.Question _, Frame.Heard _ -> presence.hear(letter);
            case Beat beat -> pulse.hear(letter.from(), beat);
            case Frame.Note note -> {
                var _ = notes.tryEmitNext(note.text());
            }
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        askings.open().forEach(Asking::cancel);
        guests.close();
    }

    /** What is sent last is sent after all else. */
    @Override
    public void stop(Runnable stopped) {
        stop();
        Mono<Void> last = switchboard.send(self(), Letters.write(new Letter(self(), 0, 0, new Beat(List.of()))));
        var _ = rounds.detach(
                "replicas.stop",
                last.timeout(LAST_WORDS, timer).onErrorComplete().doFinally(end -> stopped.run()));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
