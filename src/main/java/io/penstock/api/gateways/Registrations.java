package io.penstock.api.gateways;

import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.health.Health;
import io.penstock.loop.Rounds;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Registers gateways: once for each idempotency key, and with a first look at the upstream. */
@Component
final class Registrations {

    private final Gateways gateways;
    private final Health health;
    private final Rounds rounds;
    private final Once once;
    private final ApiSettings settings;

    Registrations(Gateways gateways, Health health, Rounds rounds, Once once, ApiSettings settings) {
        this.gateways = gateways;
        this.health = health;
        this.rounds = rounds;
        this.once = once;
        this.settings = settings;
    }

    /**
     * Registers a gateway and waits a short while for the first look at it, which goes on without anybody waiting. Never fails because the
     * upstream does. A repeated key with the same body gives the gateway that the first one made.
     *
     * @param body what the client sent, which a key belongs to
     */
    Mono<Gateway> register(Deed deed, @Nullable String key, ObjectNode body, Supplier<Gateways.Draft> draft) {
        var making = new Once.Making<>(
                Mono.fromSupplier(draft)
                        .flatMap(made -> gateways.create(made, deed.caller().user())),
                Gateway::id,
                gateways::find,
                this::look);
        return once.make(deed, key, body, making);
    }

    private Mono<Gateway> look(Gateway created) {
        var looked = Mono.defer(() -> rounds.detach(
                "registration",
                health.check(created).filter(Registrations::mayBeHealthy).flatMap(health::discover)));
        return looked.timeout(settings.discoveryBudget())
                .onErrorComplete()
                .then(gateways.find(created.id()))
                .defaultIfEmpty(created);
    }

    /** Where another replica was so quick that the look is its own to write down, nothing may be written yet. */
    private static boolean mayBeHealthy(Gateway gateway) {
        return !Boolean.FALSE.equals(gateway.status().condition().healthy());
    }
}
