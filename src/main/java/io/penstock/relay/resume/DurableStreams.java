package io.penstock.relay.resume;

import io.penstock.loop.Rounds;
import io.penstock.relay.session.Session;
import io.penstock.store.Errands;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Streams that answer a request and can be resumed (2025-11-25, Streamable HTTP, "Resumability and redelivery"): each event is written
 * before it is sent, under an id that names the stream and the place in it. A stream whose replica is gone ends with an error, since nobody
 * knows what became of its call.
 */
@Component
public final class DurableStreams {

    private static final Logger LOG = LoggerFactory.getLogger(DurableStreams.class);

    /** How long a replica that says nothing is taken for alive. */
    private static final Duration ALIVE = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** So many times as long is the pause between two looks at most, while a stream lives and says nothing. */
    private static final int MOST_QUIET = 5;

    /**
     * How often in a row a replica is found silent before it is taken for gone. While the database is away none can say anything, and who
     * looks may be the first to have it again.
     */
    private static final int LOOKS = 15;

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration CLEANUP = Duration.ofMinutes(5);
    private static final int UUID_LENGTH = 36;

    /** When a client that lost the stream should come back. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EventLog log;
    private final Scheduler scheduler;
    private final Set<UUID> writing = ConcurrentHashMap.newKeySet();

    @Autowired
    DurableStreams(EventLog log, Rounds rounds, Errands errands) {
        this(log, rounds, Schedulers.parallel());
        rounds.repeat("relay.streams.forget", CLEANUP, errands.inRounds("streams.forget", CLEANUP, log.forget(KEPT)));
    }

    DurableStreams(EventLog log, Rounds rounds, Scheduler scheduler) {
        this.log = log;
        this.scheduler = scheduler;
        rounds.repeat("relay.streams.alive", HEARTBEAT, Mono.defer(this::beat));
    }

    Mono<Void> beat() {
        return writing.isEmpty() ? Mono.empty() : log.keepAlive(Set.copyOf(writing), ALIVE);
    }

    /** Begins a stream that answers that request of the session; one that nobody can resume where the database is away. Never empty. */
    public Mono<DurableStream> open(Session.Held session, String requestId) {
        var id = UUID.randomUUID();
        return log.open(id, session.key(), requestId, ALIVE)
                .thenReturn(true)
                .onErrorResume(failure -> {
                    LOG.warn("A stream cannot be resumed: {}", failure.toString());
                    return Mono.just(false);
                })
                .map(kept -> new DurableStream(id, kept));
    }

    /** A stream that this replica writes to. */
    public final class DurableStream {

        private final UUID id;
        private final AtomicInteger seq = new AtomicInteger();
        private volatile boolean kept;
        private volatile boolean ended;

        DurableStream(UUID id, boolean kept) {
            this.id = id;
            this.kept = kept;
            if (kept) {
                writing.add(id);
            }
        }

        /** An event without a message, by which a client can come back before there is one; null where it cannot. */
        public @Nullable SseEvent primer() {
            return kept ? DurableStreams.primer(id + ".0") : null;
        }

        /**
         * Writes a message; the event that may be sent then. A response ends the stream. A database that goes away costs the stream that it
         * can be resumed, and nothing else. Error: another replica gave the stream up.
         */
        public Mono<SseEvent> write(Message message) {
            if (!kept) {
                return Mono.just(SseEvent.message(message.json()));
            }
            boolean last = message instanceof Message.Response;
            var entry = new EventLog.Entry(seq.incrementAndGet(), message.json());
            return log.append(id, entry, last)
                    .then(Mono.fromSupplier(() -> event(id, entry)))
                    .onErrorResume(
                            failure -> !(failure instanceof EventLog.GivenUp), failure -> unkept(message, failure))
                    .doOnTerminate(() -> {
                        if (last) {
                            ended = true;
                            close();
                        }
                    });
        }

        private Mono<SseEvent> unkept(Message message, Throwable failure) {
            LOG.warn("A stream cannot be resumed any more: {}", failure.toString());
            kept = false;
            close();
            return Mono.just(SseEvent.message(message.json()));
        }

        /**
         * Ends the stream, also where its request gets no response, so that nobody waits for one. Empty when done, or when the database is
         * away.
         */
        public Mono<Void> end() {
            return Mono.defer(() -> {
                        close();
                        return kept && !ended ? log.end(id) : Mono.empty();
                    })
                    .onErrorResume(failure -> {
                        LOG.warn("A stream without a response is left to be given up: {}", failure.toString());
                        return Mono.empty();
                    });
        }

        /** Stops saying that the stream is alive. */
        public void close() {
            writing.remove(id);
        }
    }

    /** Whether the session's client can read an event without a message in it, which those of the revisions before cannot. */
    public static boolean primes(Session.Held session) {
        return session.version() == ProtocolVersion.V2025_11_25;
    }

    /**
     * What a stream of the session said after an event, and goes on to say, until its end. It begins with the event's id once more where
     * {@link #primes the client can read that}: one that loses this stream too, before anything is said on it, comes back with what it got on
     * it. Never empty. Error: {@code BadParams} where the event is none of this session's; {@code MethodNotAllowed} where the stream has
     * ended and nothing is left after it, because clients come back for as long as they get a stream; the database's where that cannot be
     * known.
     */
    public Mono<Flux<SseEvent>> resume(Session.Held session, String lastEventId) {
        var place = Place.of(lastEventId);
        return place == null
                ? Mono.error(DurableStreams::unknown)
                : log.find(place.stream())
                        .filter(stream -> stream.sessionKey().equals(session.key()))
                        .switchIfEmpty(Mono.error(DurableStreams::unknown))
                        .filterWhen(stream -> hasMore(stream, place))
                        .switchIfEmpty(Mono.error(DurableStreams::over))
                        .map(_ -> primes(session)
                                ? following(place).startWith(primer(place.stream() + "." + place.seq()))
                                : following(place));
    }

    private Mono<Boolean> hasMore(EventLog.Stream stream, Place from) {
        return stream.ended() ? log.goesOnAfter(from.stream(), from.seq()) : Mono.just(true);
    }

    private Flux<SseEvent> following(Place from) {
        var seen = new AtomicInteger(from.seq());
        var silent = new AtomicInteger();
        var quiet = new AtomicInteger();
        Flux<EventLog.Entry> look =
                Flux.defer(() -> log.after(from.stream(), seen.get())).doOnNext(entry -> seen.set(entry.seq()));
        return look.concatWith(Flux.defer(() -> settled(from.stream(), seen, silent)))
                .repeatWhen(rounds -> rounds.concatMap(said -> Mono.delay(pause(said, silent.get(), quiet), scheduler)))
                .takeUntil(END::equals)
                .filter(entry -> !END.equals(entry))
                .map(entry -> event(from.stream(), entry));
    }

    /** Longer after each look that brought nothing; but it is by looks that a silent replica is taken for gone. */
    private static Duration pause(long said, int silent, AtomicInteger quiet) {
        int looks = said > 0 || silent > 0 ? 1 : Math.min(MOST_QUIET, quiet.get() + 1);
        quiet.set(looks);
        return LOOK.multipliedBy(looks);
    }

    private static final EventLog.Entry END = new EventLog.Entry(-1, "");

    /** What is left once the stream has ended, is no longer kept, or was given up because its replica is gone; empty while it is alive. */
    private Flux<EventLog.Entry> settled(UUID stream, AtomicInteger seen, AtomicInteger silent) {
        var rest = Flux.defer(() -> log.after(stream, seen.get())).concatWith(Mono.just(END));
        return log.find(stream)
                .map(now -> settled(now, rest, silent))
                .defaultIfEmpty(rest)
                .flatMapMany(left -> left);
    }

    private Flux<EventLog.Entry> settled(EventLog.Stream now, Flux<EventLog.Entry> rest, AtomicInteger silent) {
        if (now.ended()) {
            return rest;
        }
        int looks = now.alive() ? 0 : silent.get() + 1;
        silent.set(looks);
        return looks < LOOKS
                ? Flux.empty()
                : log.giveUp(now.id(), lost(now.requestId())).flatMapMany(done -> done ? rest : Flux.empty());
    }

    private static String lost(String requestId) {
        return RpcError.of(new Reason.UpstreamFailed(
                        "The replica that carried this call out is gone; whether the work was done is not known", null))
                .json(requestId);
    }

    private static SseEvent event(UUID stream, EventLog.Entry entry) {
        return new SseEvent(stream + "." + entry.seq(), null, entry.message(), null, null);
    }

    private static SseEvent primer(String id) {
        return new SseEvent(id, null, "", RETRY, null);
    }

    private static Refusal over() {
        return new Refusal(new Reason.MethodNotAllowed("POST, DELETE"));
    }

    private static Refusal unknown() {
        return new Refusal(new Reason.BadParams("Last-Event-ID names no event of this session that is still kept"));
    }

    /** Which event of which stream. */
    private record Place(UUID stream, int seq) {

        static @Nullable Place of(String id) {
            try {
                return id.length() > UUID_LENGTH + 1 && id.charAt(UUID_LENGTH) == '.'
                        ? new Place(
                                UUID.fromString(id.substring(0, UUID_LENGTH)),
                                Integer.parseInt(id.substring(UUID_LENGTH + 1)))
                        : null;
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }
}
