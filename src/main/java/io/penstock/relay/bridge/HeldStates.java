package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.session.Session;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The state of each session that the gateway holds. */
@Component
final class HeldStates {

    private static final int MOST = 100_000;

    private final Cache<String, Live> live;

    HeldStates(RelaySettings settings) {
        this.live = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(settings.sessionLifetime())
                .build();
    }

    /** A session's state and who follows it. */
    private static final class Live {

        private HeldState state = HeldState.NEW;
        private final Sinks.Many<HeldState> states = Sinks.many().replay().latestOrDefault(HeldState.NEW);

        synchronized HeldState state() {
            return state;
        }

        synchronized void change(UnaryOperator<HeldState> change) {
            var changed = change.apply(state);
            if (!changed.equals(state)) {
                state = changed;
                states.tryEmitNext(changed).orThrow();
            }
        }
    }

    /** The state as it is. Never empty. */
    Mono<HeldState> current(Session.Held session) {
        return Mono.fromSupplier(() -> live(session).state());
    }

    /** Changes the state on all replicas. Empty when that is written. */
    Mono<Void> change(Session.Held session, UnaryOperator<HeldState> change) {
        return Mono.fromRunnable(() -> live(session).change(change));
    }

    /** The state, now and whenever it changes, until cancelled. */
    Flux<HeldState> follow(Session.Held session) {
        return Flux.defer(() -> live(session).states.asFlux());
    }

    /** Forgets an ended session. */
    void forget(Session.Held session) {
        live.invalidate(session.key());
    }

    private Live live(Session.Held session) {
        return live.get(session.key(), _ -> new Live());
    }
}
