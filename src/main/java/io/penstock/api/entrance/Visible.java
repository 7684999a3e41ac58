package io.penstock.api.entrance;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.input.Ids;
import io.penstock.caller.Caller;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Server;
import io.penstock.catalog.Servers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Locale;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds what a caller may see, and may do something with. What they may not see, what does not exist and what is no id answer alike.
 */
@Component
public final class Visible {

    private final Gateways gateways;
    private final Features features;
    private final Servers servers;
    private final Gate gate;

    Visible(Gateways gateways, Features features, Servers servers, Gate gate) {
        this.gateways = gateways;
        this.features = features;
        this.servers = servers;
        this.gate = gate;
    }

    /** Never empty. Error: {@code NotFound}, or {@code Forbidden} where they see it and lack the permission on it. */
    public Mono<Gateway> gateway(Caller caller, Permission permission, String id) {
        return Mono.justOrEmpty(Ids.find(id))
                .flatMap(gateways::find)
                .filter(gateway -> gate.sees(caller, gateway))
                .switchIfEmpty(Mono.error(() -> Ids.absent("gateway")))
                .doOnNext(gateway -> gate.demand(caller, permission, gateway));
    }

    /**
     * A gateway whose calls are the caller's to make. Never empty. Error: {@code NotFound}, or {@code Forbidden} where they see it and may
     * neither call its tools nor read its resources.
     */
    public Mono<Gateway> usable(Caller caller, String id) {
        return gateway(caller, Permission.TOOLS_EXECUTE, id)
                .onErrorResume(
                        error -> error instanceof Refusal refused && refused.reason() instanceof Reason.Forbidden,
                        _ -> gateway(caller, Permission.RESOURCES_READ, id));
    }

    /** Never empty. Error: {@code NotFound}, or {@code Forbidden} where they see it and lack the permission on it. */
    public Mono<Feature> feature(Caller caller, Permission permission, Feature.Kind kind, String id) {
        return Mono.justOrEmpty(Ids.find(id))
                .flatMap(found -> features.find(kind, found))
                .filter(feature -> gate.sees(caller, feature.gateway()))
                .switchIfEmpty(Mono.error(() -> Ids.absent(name(kind))))
                .doOnNext(feature -> gate.demand(caller, permission, feature.gateway()));
    }

    /** Never empty. Error: {@code NotFound}, or {@code Forbidden} where they see it and lack the permission on it. */
    public Mono<Server> server(Caller caller, Permission permission, String id) {
        return Mono.justOrEmpty(Ids.find(id))
                .flatMap(servers::find)
                .filter(server -> gate.viewer(caller).sees(server))
                .switchIfEmpty(Mono.error(() -> Ids.absent("server")))
                .doOnNext(server -> gate.demand(caller, permission, server));
    }

    /** How a kind is called in sentences. */
    public static String name(Feature.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
