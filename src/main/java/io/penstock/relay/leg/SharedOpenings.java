package io.penstock.relay.leg;

import io.penstock.loop.Rounds;
import io.penstock.relay.leg.SessionLeg.Session;
import io.penstock.relay.line.Line;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Opens legs so that all replicas have a party's session in common, where the upstream has sessions that can be shared. */
final class SharedOpenings {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Openings openings;
    private final SharedSessions shared;
    private final Prelude prelude;
    private final Rounds rounds;

    SharedOpenings(Openings openings, SharedSessions shared, Prelude prelude, Rounds rounds) {
        this.openings = openings;
        this.shared = shared;
        this.prelude = prelude;
        this.rounds = rounds;
    }

    /** The leg through the session that another replica opened, or a new one. Never empty. */
    Mono<Leg> open(Line line, Party party) {
        return party.isAlone()
                ? begin(line, party)
                : soon(Mono.defer(() -> shared.find(line.gateway(), party)))
                        .<Leg>map(session -> through(line, session))
                        .switchIfEmpty(Mono.defer(() -> begin(line, party)).flatMap(leg -> share(line, party, leg)));
    }

    private Mono<Leg> begin(Line line, Party party) {
        return openings.open(line, party)
                .delayUntil(leg -> soon(prelude.of(
                                party, line.gateway().id(), leg.greeting().era())
                        .concatMap(next -> next.flatMapMany(leg::ask).then().onErrorComplete())
                        .then()));
    }

    /** What is said if it is said soon; calls do not wait for it for long. Never errors. */
    private <T> Mono<T> soon(Mono<T> work) {
        return Mono.defer(() -> rounds.detach("relay.session", work))
                .timeout(PATIENCE, Mono.empty())
                .onErrorComplete();
    }

    private SessionLeg through(Line line, Session session) {
        var leg = new SessionLeg(line, session, Ids.unique(), rounds);
        leg.share();
        return leg;
    }

    private Mono<Leg> share(Line line, Party party, Leg leg) {
        if (!(leg instanceof SessionLeg own) || own.session().id() == null) {
            return Mono.just(leg);
        }
        return soon(shared.share(line.gateway(), party, own.session()).doOnNext(session -> {
                    if (session.equals(own.session())) {
                        own.share(); // also when it is known only after the patience
                    }
                }))
                .<Leg>flatMap(session -> session.equals(own.session())
                        ? Mono.just(own)
                        : own.close().thenReturn(through(line, session)))
                .defaultIfEmpty(own);
    }

    /** Forgets what is known of a leg that turned out to lead nowhere. Never errors. */
    Mono<Void> forget(Line line, Party party, Leg leg) {
        return Mono.defer(() -> {
            openings.forget(line.gateway());
            if (!(leg instanceof SessionLeg own) || own.session().id() == null) {
                return leg.close();
            }
            return party.isAlone() ? Mono.empty() : shared.forget(line.gateway(), party, own.session());
        });
    }

    /** Lets go of a leg that this replica no longer needs; a session that others may use stays. Never errors. */
    static Mono<Void> release(Leg leg) {
        return leg instanceof SessionLeg own && own.isShared() ? Mono.empty() : leg.close();
    }

    /** Forgets all sessions of a party. Never errors. */
    Mono<Void> forgetAll(String partyKey) {
        return shared.forgetAll(partyKey);
    }
}
