package io.penstock.relay.leg;

import io.penstock.loop.Rounds;
import io.penstock.relay.leg.SessionLeg.Session;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import reactor.core.publisher.Mono;

/** Opens sessions over streamable HTTP: {@code initialize}, and what a party wants at once. */
final class SessionOpening {

    private final Line line;
    private final Party party;
    private final Ids ids;
    private final Rounds rounds;

    SessionOpening(Line line, Party party, Ids ids, Rounds rounds) {
        this.line = line;
        this.party = party;
        this.ids = ids;
        this.rounds = rounds;
    }

    /** Never empty. Error: {@link OtherEra} where the upstream knows no {@code initialize} at this address. */
    Mono<SessionLeg> open() {
        return Mono.defer(this::initialize)
                .flatMap(leg -> leg.tell(Initialize.CONFIRMED)
                        .then(Initialize.wantLogs(leg, party))
                        .thenReturn(leg)
                        .onErrorResume(error -> leg.close().then(Mono.error(error)))
                        .doOnCancel(() -> {
                            var _ = rounds.detach("relay.close", leg.close());
                        }));
    }

    private Mono<SessionLeg> initialize() {
        var offer = Initialize.offer(ids.next(), party);
        return First.of(line.post(line.uri(), _ -> {}, offer), line, Initialize.METHOD)
                .map(first -> {
                    String result = first.result();
                    if (result == null) {
                        throw verdict(first);
                    }
                    var greeting = Initialize.greeting(result, "streamable_http", line.faults());
                    return new SessionLeg(line, new Session(greeting, first.session()), ids, rounds);
                });
    }

    private RuntimeException verdict(First first) {
        var refused = first.refused();
        var failure = first.failure();
        int status = refused == null ? 200 : refused.status();
        if (refused == null && failure == null) {
            return new OtherEra(line.faults().broken(Initialize.METHOD, "without a response"));
        }
        var refusal = failure != null && (status == 200 || status == 400 || status == 404)
                ? line.faults().error(failure.code(), Initialize.METHOD)
                : line.faults().status(status, Initialize.METHOD);
        boolean unknown = status == 400 || status == 404 || status == 405;
        return unknown || first.isModern() ? new OtherEra(refusal) : refusal;
    }
}
