package io.penstock.api.servers;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.caller.Caller;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Servers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.Invalid.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What may be put into a virtual server. Who may use the server may use what it shows, so that only what its editor may use already is put
 * in: a right to one server would else be one to everything that its holder sees.
 */
@Component
final class Choosing {

    private final Servers servers;
    private final Gate gate;

    Choosing(Servers servers, Gate gate) {
        this.servers = servers;
        this.gate = gate;
    }

    /** Some of what is chosen, and what its use needs. */
    private record Part(String field, Chosen chosen, Permission permission) {}

    /** Empty where all is right. Error: {@code Invalid} with each thing that is new, seen and not the caller's to use. */
    Mono<Void> demand(Caller caller, Chosen drafted, Chosen before) {
        var added = new Chosen(
                without(drafted.tools(), before.tools()),
                without(drafted.resources(), before.resources()),
                without(drafted.prompts(), before.prompts()),
                without(drafted.gateways(), before.gateways()));
        return servers.visible(added, gate.viewer(caller))
                .flatMapIterable(Choosing::parts)
                .concatMap(part -> unusable(caller, part))
                .collectList()
                .filter(refused -> !refused.isEmpty())
                .flatMap(refused -> Mono.error(new Refusal(new Reason.Invalid(refused))));
    }

    /** A whole gateway shows all that it offers. */
    private static List<Part> parts(Chosen seen) {
        var none = List.<UUID>of();
        var gateways = new Chosen(none, none, none, seen.gateways());
        return List.of(
                new Part("tools", new Chosen(seen.tools(), none, none, none), Permission.TOOLS_EXECUTE),
                new Part("resources", new Chosen(none, seen.resources(), none, none), Permission.RESOURCES_READ),
                new Part("prompts", new Chosen(none, none, seen.prompts(), none), Permission.PROMPTS_READ),
                new Part("gateways", gateways, Permission.TOOLS_EXECUTE),
                new Part("gateways", gateways, Permission.RESOURCES_READ),
                new Part("gateways", gateways, Permission.PROMPTS_READ));
    }

    private Flux<Field> unusable(Caller caller, Part part) {
        var viewer = gate.viewer(caller, part.permission());
        return all(part.chosen()).isEmpty() || viewer.equals(gate.viewer(caller))
                ? Flux.empty()
                : servers.visible(part.chosen(), viewer)
                        .flatMapIterable(usable -> without(all(part.chosen()), all(usable)))
                        .map(id -> new Field(
                                part.field(),
                                "needs " + part.permission().scope() + " on its gateway, to be put in: " + id));
    }

    private static List<UUID> all(Chosen chosen) {
        var all = new ArrayList<>(chosen.features());
        all.addAll(chosen.gateways());
        return all;
    }

    private static List<UUID> without(List<UUID> ids, List<UUID> those) {
        Set<UUID> set = new HashSet<>(those);
        return ids.stream().filter(id -> !set.contains(id)).toList();
    }
}
