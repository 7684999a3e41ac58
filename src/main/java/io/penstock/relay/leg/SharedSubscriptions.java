package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Subscriptions at stateless upstreams, each made once on a replica for all who want to hear the same: to an upstream that is shown the
 * gateway's own credential they are one and the same, and what it tells may differ by that only (2026-07-28, Tools). One that is shown each
 * user's own is asked for each (decision 0029).
 */
final class SharedSubscriptions {

    /** A gateway that was changed is another one. What the listener's client calls itself is not told. */
    private record Subject(
            UUID gateway,
            long version,
            String capabilities,
            @Nullable String logLevel,
            Interests interests) {

        static Subject of(Line line, Party party, Interests interests) {
            return new Subject(
                    line.gateway().id(), line.gateway().version(), party.capabilities(), party.logLevel(), interests);
        }

        Party party() {
            return new Party("gateway|" + gateway, capabilities, null, logLevel);
        }
    }

    private final ConcurrentMap<Subject, Flux<Message>> open = new ConcurrentHashMap<>();

    /**
     * What the upstream tells, as {@link Leg#listen}: it is asked when the first listens, and let go of when the last one left. Who does not keep
     * up is told each change once, and the others do not notice. Error: also where more that differs waits than an {@link Inbox} holds.
     *
     * @param ids give the request its id, where one is sent
     */
    Flux<Message> listen(Line line, Party party, Ids ids, Interests interests) {
        if (line.gateway().auth().isPerUser()) {
            return new StatelessStream(line, party).messages(ids, interests);
        }
        return Flux.defer(() ->
                read(open.computeIfAbsent(Subject.of(line, party, interests), subject -> share(line, subject, ids))));
    }

    private static Flux<Message> read(Flux<Message> shared) {
        var inbox = Inbox.ofNews();
        var filling = shared.doOnNext(inbox::offer)
                .doOnError(inbox::fail)
                .doOnComplete(inbox::end)
                .onErrorComplete()
                .then(Mono.never());
        return inbox.read().takeUntilOther(filling);
    }

    private Flux<Message> share(Line line, Subject subject, Ids ids) {
        return new StatelessStream(line, subject.party())
                .messages(ids, subject.interests())
                .doFinally(_ -> open.remove(subject))
                .publish()
                .refCount();
    }
}
