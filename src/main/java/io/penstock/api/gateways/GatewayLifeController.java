package io.penstock.api.gateways;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Json;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.health.Health;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What is seen of an upstream: looking again now, and what happened so far. */
@RestController
@RequestMapping("/gateways/{id}")
final class GatewayLifeController {

    private final Gateways gateways;
    private final GatewayViews views;
    private final Health health;
    private final Visible visible;
    private final Changing changing;

    GatewayLifeController(Gateways gateways, GatewayViews views, Health health, Visible visible, Changing changing) {
        this.gateways = gateways;
        this.views = views;
        this.health = health;
        this.visible = visible;
        this.changing = changing;
    }

    /** Something that happened to a gateway, as clients read it. */
    record EventView(UUID id, UUID gatewayId, Instant at, String kind, JsonNode detail) {

        static EventView of(GatewayEvent event) {
            return new EventView(
                    event.id(),
                    event.gatewayId(),
                    event.at(),
                    event.kind().name().toLowerCase(Locale.ROOT),
                    Json.stored(event.detail()));
        }
    }

    @Operation(summary = "Read anew what the upstream offers")
    @PostMapping("/tools/refresh")
    @Needs(value = Permission.GATEWAYS_UPDATE, action = "refresh")
    Mono<Health.Discovery> refresh(Caller caller, Request request, @PathVariable String id) {
        var deed = new Deed(caller, request, "refresh", "gateway");
        return active(caller, id)
                .flatMap(gateway -> health.discover(gateway, caller)
                        .flatMap(found -> changing.record(deed, gateway.id()).thenReturn(found)));
    }

    @Operation(summary = "Check the health of the upstream now")
    @PostMapping("/check")
    @Needs(value = Permission.GATEWAYS_UPDATE, action = "check")
    Mono<GatewayView> check(Caller caller, Request request, @PathVariable String id) {
        var deed = new Deed(caller, request, "check", "gateway");
        return active(caller, id)
                .flatMap(health::check)
                .flatMap(gateway -> changing.record(deed, gateway.id()).thenReturn(gateway))
                .flatMap(views::of);
    }

    @Operation(summary = "List what happened to a gateway: health, refreshes, drift")
    @GetMapping("/events")
    @Needs(Permission.GATEWAYS_READ)
    Mono<ResponseEntity<List<EventView>>> events(
            Caller caller, @PathVariable String id, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        parameters.close();
        return visible.gateway(caller, Permission.GATEWAYS_READ, id)
                .flatMap(gateway -> Page.of(
                        gateways.events(gateway.id(), limit + 1, before),
                        limit,
                        request,
                        event -> new Cursor(event.at(), event.id()),
                        EventView::of));
    }

    private Mono<Gateway> active(Caller caller, String id) {
        return visible.gateway(caller, Permission.GATEWAYS_UPDATE, id).doOnNext(gateway -> {
            if (!gateway.enabled()) {
                throw new Refusal(new Reason.Conflict(
                        "The gateway is switched off: switch it on with POST /gateways/{id}/state?activate=true"));
            }
        });
    }
}
