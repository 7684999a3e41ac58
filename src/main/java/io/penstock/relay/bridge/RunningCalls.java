package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.loop.Rounds;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Which calls of held sessions are under way on this replica, so that whoever may can end them from any. */
@Component
final class RunningCalls {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** How much later than its cancel a call may begin: it waits until its upstream is reached, which the cancel does not. */
    private static final Duration EARLY = Duration.ofSeconds(10);

    private static final int MOST_EARLY = 10_000;

    /** The longest id that a request may have, as JSON text: a replica's note has room for it. */
    private static final int LONGEST_ID = 1024 + 2;

    private static final Pattern ID = Pattern.compile("\".*\"|-?[0-9]+");

    private final Notes notes;
    private final Map<Running, Exchange> running = new ConcurrentHashMap<>();
    private final Cache<Running, Boolean> early = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MOST_EARLY)
            .expireAfterWrite(EARLY)
            .build();

    RunningCalls(Notes notes, Rounds rounds) {
        this.notes = notes;
        rounds.repeat("relay.calls.follow", AFTER_FAILURE, follow());
    }

    /**
     * Names a call.
     *
     * @param id the id of its request, as JSON text
     */
    record Running(String session, String id) {}

    /** False where the session has a call of that id under way. One that was cancelled before it began ends here. */
    boolean begin(Running key, Exchange exchange) {
        boolean first = running.putIfAbsent(key, exchange) == null;
        if (first && early.asMap().remove(key) != null) {
            stop(key, exchange);
        }
        return first;
    }

    /** Forgets a call that has ended. */
    void end(Running key, Exchange exchange) {
        running.remove(key, exchange);
    }

    /** Ends a call, whatever it is at. */
    void stop(Running key, Exchange exchange) {
        running.remove(key, exchange);
        exchange.dispose();
    }

    /**
     * Cancels a call, here or on another replica; one that is over is over, and what can be no request's id names none. Empty when that is on
     * its way.
     */
    Mono<Void> cancel(Running key) {
        if (key.id().length() > LONGEST_ID || !ID.matcher(key.id()).matches()) {
            return Mono.empty();
        }
        return Mono.defer(
                () -> cancelHere(key) ? Mono.empty() : notes.tell(new Note.Cancelled(key.session(), key.id())));
    }

    private boolean cancelHere(Running key) {
        var exchange = running.get(key);
        if (exchange == null) {
            early.put(key, true);
            exchange = running.get(key); // it may have begun meanwhile, and seen nothing yet
        }
        if (exchange != null) {
            stop(key, exchange);
        }
        return exchange != null;
    }

    /** Ends everything of a session that has ended. */
    void endAll(String session) {
        running.forEach((key, exchange) -> {
            if (key.session().equals(session)) {
                stop(key, exchange);
            }
        });
    }

    /** Endless: ends what another replica was told to end. */
    private Mono<Void> follow() {
        return notes.told()
                .doOnNext(note -> {
                    switch (note) {
                        case Note.Cancelled cancelled -> {
                            var _ = cancelHere(new Running(cancelled.session(), cancelled.requestId()));
                        }
                        // nothing that runs here is concerned
                        case Note.Ended _, Note.Listening _, Note.StateChanged _, Note.Missed _ -> {}
                    }
                })
                .then();
    }
}
