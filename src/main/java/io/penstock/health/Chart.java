package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.Condition;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Gateways.Heard;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes down what was seen of gateways. */
final class Chart {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Gateways gateways;
    private final Prognosis prognosis;

    Chart(Gateways gateways, Prognosis prognosis) {
        this.gateways = gateways;
        this.prognosis = prognosis;
    }

    /** The gateway as it is now; empty where it was deleted or points elsewhere since it was looked at. */
    Mono<Gateway> current(Gateway seen) {
        return gateways.find(seen.id()).filter(now -> isSameUpstream(seen, now));
    }

    private static boolean isSameUpstream(Gateway one, Gateway other) {
        return one.url().equals(other.url())
                && one.transport() == other.transport()
                && one.auth().id().equals(other.auth().id())
                && Objects.equals(one.tlsId(), other.tlsId());
    }

    /** Writes what a look showed. Gives the gateway with its new status; as it was seen where that counts no more. */
    Mono<Gateway> note(Gateway seen, Sighting sighting) {
        return current(seen)
                .flatMap(now -> write(now, sighting, sighting instanceof Sighting.Ill ? Heard.NOTHING : Heard.ANSWER))
                .defaultIfEmpty(seen);
    }

    /** Begins a reading of what it offers, and gives its number. */
    Mono<Long> beginReading(Gateway gateway) {
        return gateways.beginReading(gateway.id()).switchIfEmpty(Mono.error(() -> changed()));
    }

    /** Error: {@code Conflict} where it was deleted or points elsewhere since it was looked at. */
    Mono<Gateway> unchanged(Gateway seen) {
        return current(seen).switchIfEmpty(Mono.error(() -> changed()));
    }

    private static Refusal changed() {
        return new Refusal(new Reason.Conflict("The gateway was changed while its tools were read: refresh again"));
    }

    /** Whether everything it offers was read, and is not said to have changed, since it was last checked as it is seen here. */
    Mono<Boolean> isReadSince(Gateway seen) {
        Instant checked = seen.status().lastCheckedAt();
        return current(seen)
                .mapNotNull(now -> now.status().discoveredAt())
                .map(read -> checked == null || read.isAfter(checked))
                .defaultIfEmpty(false);
    }

    /** Writes that everything it offers was read. */
    Mono<Gateway> noteDiscovery(Gateway seen, Sighting.Well sighting, long reading) {
        return current(seen)
                .flatMap(now -> write(now, sighting, Heard.offers(reading)))
                .defaultIfEmpty(seen);
    }

    private Mono<Gateway> write(Gateway before, Sighting sighting, Heard heard) {
        Condition was = before.status().condition();
        Condition is = prognosis.after(was, sighting);
        Mono<Void> turn = Objects.equals(was.healthy(), is.healthy())
                ? Mono.empty()
                : gateways.addEvent(before.id(), GatewayEvent.Kind.HEALTH, health(is));
        return gateways.checked(before, is, heard, prognosis.next(before, is))
                .filter(written -> written) // else another replica looks at it now, and what it finds counts
                .flatMap(_ -> turn)
                .then(Mono.defer(() -> gateways.find(before.id())));
    }

    private static String health(Condition condition) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("healthy", condition.healthy());
        if (condition.lastError() != null) {
            detail.put("error", condition.lastError());
        }
        return JSON.writeValueAsString(detail);
    }

    Mono<Void> refreshed(Gateway gateway, Health.Discovery discovery, List<String> notes) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("tools", discovery.tools());
        detail.put("resources", discovery.resources());
        detail.put("prompts", discovery.prompts());
        if (!notes.isEmpty()) {
            detail.put("notes", notes);
        }
        return gateways.addEvent(gateway.id(), GatewayEvent.Kind.REFRESH, JSON.writeValueAsString(detail));
    }

    /** A failure that repeats is noted once. */
    Mono<Void> notRefreshed(Gateway gateway, String error) {
        String detail = JSON.writeValueAsString(Map.of("error", error));
        return gateways.events(gateway.id(), 1, null)
                .filter(last -> last.kind() == GatewayEvent.Kind.REFRESH
                        && last.detail().equals(detail))
                .hasElements()
                .flatMap(known ->
                        known ? Mono.empty() : gateways.addEvent(gateway.id(), GatewayEvent.Kind.REFRESH, detail));
    }
}
