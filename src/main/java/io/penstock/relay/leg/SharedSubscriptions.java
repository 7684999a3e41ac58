package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

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

    /** Not long: whoever wants to hear of more leaves one for another. */
    private static final Duration LINGERS = Duration.ofMillis(50);

    private final SharedStreams<Subject> streams = new SharedStreams<>(LINGERS);

    /**
     * What the upstream tells, as {@link Leg#listen} and {@link SharedStreams}.
     *
     * @param ids give the request its id, where one is sent
     */
    Flux<Message> listen(Line line, Party party, Ids ids, Interests interests, Runnable stands) {
        if (line.gateway().auth().isPerUser()) {
            return new StatelessStream(line, party).messages(ids, interests, stands);
        }
        var subject = Subject.of(line, party, interests);
        return streams.listen(
                subject,
                standing -> new StatelessStream(line, subject.party()).messages(ids, subject.interests(), standing),
                stands);
    }
}
