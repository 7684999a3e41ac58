package io.penstock.relay.leg;

import io.penstock.relay.leg.SessionLeg.Session;
import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The GET stream of a session, opened again from where it ended for as long as that works (2025-11-25, "Listening for Messages"). Where an
 * upstream lets only one such stream be open, the replicas that share the session have it one at a time, and the others try again.
 */
final class SessionStream {

    private static final int NOT_OFFERED = 405;

    /** How long an exchange waits for the stream: some upstreams open it when they have something to say on it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** After what time a stream that is taken is asked for again, at first and at last. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private static final Duration LONGEST = Duration.ofMillis(800);

    /** What an upstream says while another replica, or a connection that it has not missed yet, has the stream. */
    private static final int TAKEN = 409;

    private final Line line;
    private final Session session;
    private final BiFunction<Message.Asked, Message.Response, Mono<Void>> answer;

    /** That of the stream which is listened to now, or next. */
    private volatile Sinks.Empty<Void> opened = Sinks.empty();

    /** Who listens; one that was left may still be ending beside it. */
    private @Nullable Listening current;

    /** Whether an exchange has waited in vain, and no stream was opened since. */
    private volatile boolean late;

    /** What is said where an upstream keeps no sessions may be meant for anybody. */
    private volatile boolean offered;

    SessionStream(Line line, Session session, BiFunction<Message.Asked, Message.Response, Mono<Void>> answer) {
        this.line = line;
        this.session = session;
        this.answer = answer;
        this.offered = session.id() != null;
    }

    /** Empty where the upstream offers no such stream. Error: {@code SessionEnded}, or why it cannot be opened any more. */
    Flux<Message> messages() {
        return Flux.defer(() -> {
            var listening = begun();
            return listening.messages().doFinally(_ -> over(listening));
        });
    }

    /**
     * Empty when the upstream has opened the stream that is listened to, or that has ended without. To be taken before listening begins: who takes
     * it when that stream is over already waits for the next one.
     */
    Mono<Void> open() {
        return opened.asMono();
    }

    /** As {@link #open}, or empty when that takes too long; who comes next does not wait then. */
    Mono<Void> openSoon() {
        return late ? Mono.empty() : open().timeout(PATIENCE, Mono.fromRunnable(() -> late = true));
    }

    /** Whether the upstream may have such a stream for this session, as far as it has said. */
    boolean isOffered() {
        return offered;
    }

    private synchronized Listening begun() {
        if (current != null) {
            next();
        }
        var listening = new Listening();
        current = listening;
        return listening;
    }

    private synchronized void over(Listening listening) {
        if (current == listening) {
            current = null;
            next();
        }
    }

    private void next() {
        var before = opened;
        opened = Sinks.empty();
        var _ = before.tryEmitEmpty(); // where it was opened, it has been said
    }

    private final class Listening {

        private final Trail trail = new Trail();
        private Refusal last = line.faults().unanswered("GET");
        private boolean over;
        private boolean taken;
        private Duration pause = SHORTEST;

        Flux<Message> messages() {
            return Flux.defer(() -> line.get(headers -> session.mark(headers, trail.last()), null))
                    .concatMap(this::take, 0)
                    .onErrorResume(BrokenOff.class, broken -> ended(broken.refusal()))
                    .onErrorResume(Refusal.class, error -> Lost.is(error) ? Flux.error(error) : ended(error))
                    .repeatWhen(ends -> ends.takeWhile(_ -> !over).concatMap(_ -> again()));
        }

        /** Who has the stream may be about to leave it. */
        private Mono<Long> again() {
            if (!taken) {
                return trail.next(last);
            }
            taken = false;
            var now = pause;
            pause = now.compareTo(LONGEST) < 0 ? now.multipliedBy(2) : LONGEST;
            return Mono.delay(now);
        }

        private Flux<Message> ended(Refusal why) {
            last = why;
            return Flux.empty();
        }

        private Flux<Message> take(Heard heard) {
            return switch (heard) {
                case Heard.Began began -> {
                    end(!began.events());
                    late = false;
                    pause = SHORTEST;
                    var _ = opened.tryEmitEmpty(); // it may be open once more
                    trail.moved();
                    yield Flux.empty();
                }
                case Heard.Named _, Heard.Taken _ -> Flux.empty();
                case Heard.Mark mark -> {
                    trail.mark(mark);
                    yield Flux.empty();
                }
                case Heard.Said said -> said(said.message());
                case Heard.Refused refused -> refused(refused);
            };
        }

        private void end(boolean now) {
            over = now;
            offered &= !now;
        }

        private Flux<Message> said(Message message) {
            return switch (message) {
                case Message.Asked asked
                when Pings.isPing(asked) ->
                    answer.apply(asked, Pings.PONG).onErrorComplete().thenMany(Flux.empty());
                // Responses belong to exchanges, which read their own streams.
                case Message.Response _ -> Flux.empty();
                case Message.Asked asked -> Flux.just(asked);
                case Message.Told told -> Flux.just(told);
            };
        }

        private Flux<Message> refused(Heard.Refused refused) {
            if (refused.status() == NOT_OFFERED) {
                end(true);
                return Flux.empty();
            }
            if (refused.status() == TAKEN) {
                taken = true;
                return Flux.empty();
            }
            return session.isLost(refused)
                    ? Flux.error(Lost.session())
                    : ended(line.faults().status(refused.status(), "GET"));
        }
    }
}
