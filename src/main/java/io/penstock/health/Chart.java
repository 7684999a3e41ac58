package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import java.time.Clock;
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
    private final Clock clock;

    Chart(Gateways gateways, Prognosis prognosis, Clock clock) {
        this.gateways = gateways;
        this.prognosis = prognosis;
        this.clock = clock;
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
                .flatMap(now -> write(now, prognosis.after(now.status(), sighting, clock.instant())))
                .defaultIfEmpty(seen);
    }

    /** Writes that everything it offers was read. */
    Mono<Gateway> noteDiscovery(Gateway seen, Sighting.Well sighting) {
        return current(seen)
                .flatMap(now -> {
                    Instant moment = clock.instant();
                    return write(now, discovered(prognosis.after(now.status(), sighting, moment), moment));
                })
                .defaultIfEmpty(seen);
    }

    private static Gateway.Status discovered(Gateway.Status status, Instant at) {
        return new Gateway.Status(
                status.healthy(),
                status.failures(),
                status.lastError(),
                status.lastCheckedAt(),
                status.lastSeenAt(),
                status.protocolVersion(),
                status.transportInUse(),
                status.capabilities(),
                status.serverInfo(),
                at);
    }

    private Mono<Gateway> write(Gateway before, Gateway.Status status) {
        Mono<Void> turn = Objects.equals(before.status().healthy(), status.healthy())
                ? Mono.empty()
                : gateways.addEvent(before.id(), GatewayEvent.Kind.HEALTH, health(status));
        return gateways.checked(before, status, prognosis.next(before, status))
                .then(turn)
                .then(Mono.defer(() -> gateways.find(before.id())));
    }

    private static String health(Gateway.Status status) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("healthy", status.healthy());
        if (status.lastError() != null) {
            detail.put("error", status.lastError());
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
