package io.penstock.api.oauth;

import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.oauth.Agreements;
import io.penstock.oauth.AuthorizeUrls;
import io.penstock.oauth.Connections;
import io.penstock.oauth.Connections.Connection;
import io.penstock.oauth.Connections.Query;
import io.penstock.oauth.Connections.Status;
import io.penstock.oauth.connect.Connecting;
import io.penstock.oauth.connect.Offer;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A user's own account at an upstream: how its connection is, and its end. */
@RestController
public final class OwnConnectionController {

    private final Visible visible;
    private final Connecting connecting;
    private final Connections connections;
    private final Agreements agreements;
    private final AuthorizeUrls urls;
    private final Changing changing;

    OwnConnectionController(
            Visible visible,
            Connecting connecting,
            Connections connections,
            Agreements agreements,
            AuthorizeUrls urls,
            Changing changing) {
        this.visible = visible;
        this.connecting = connecting;
        this.connections = connections;
        this.agreements = agreements;
        this.urls = urls;
        this.changing = changing;
    }

    /**
     * A connection as its user reads it; never a token.
     *
     * @param connected whether calls can use it
     * @param status null where there is none
     * @param authorizeUrl where it is made, or made anew
     */
    record OwnConnection(
            UUID gatewayId,
            String gatewayName,
            boolean connected,
            @Nullable String status,
            List<String> scopes,
            @Nullable Instant expiresAt,
            @Nullable Instant connectedAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastError,
            String authorizeUrl) {}

    @Operation(summary = "Whether one's own account is connected to a gateway's upstream, and how that is")
    @GetMapping("/oauth/status/{id}")
    @Authenticated(action = "read", resource = ConnectController.RESOURCE)
    Mono<OwnConnection> status(Caller caller, @PathVariable String id) {
        return visible.usable(caller, id)
                .flatMap(connecting::offer)
                .flatMap(offer -> agreements
                        .areOf(offer.gateway(), offer.server(), caller.user())
                        .flatMap(current -> connections
                                .list(own(caller, offer.gateway().id()), 1, null)
                                .next()
                                .map(connection -> view(offer, connection, current)))
                        .defaultIfEmpty(none(offer)));
    }

    @Operation(
            summary = "Cut one's own account from a gateway, here and, where that can be, at its authorization server")
    @DeleteMapping("/oauth/connections/{id}")
    @Authenticated(action = "disconnect", resource = ConnectController.RESOURCE, wholly = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> disconnect(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        return Mono.justOrEmpty(Ids.find(id))
                .flatMap(gateway -> changing.runNamed(
                        new Deed(caller, request, "disconnect", ConnectController.RESOURCE),
                        gateway.toString(),
                        null,
                        connections
                                .forget(own(caller, gateway))
                                .doOnNext(gone -> Tag.demand(http, gone.version()))
                                .collectList()
                                .filter(gone -> !gone.isEmpty())))
                .switchIfEmpty(Mono.error(() -> Ids.absent("connection")))
                .flatMap(connections::revokeAtProviders)
                .then();
    }

    /** Of the user's own alone, wherever their rights end: it is theirs to cut. */
    private static Query own(Caller caller, UUID gateway) {
        return new Query(null, caller.user(), gateway, null);
    }

    private OwnConnection view(Offer offer, Connection connection, boolean current) {
        Status status = current ? connection.status() : Status.NEEDS_REAUTH;
        return new OwnConnection(
                connection.gatewayId(),
                connection.gatewayName(),
                status != Status.NEEDS_REAUTH,
                status.name().toLowerCase(Locale.ROOT),
                connection.scopes(),
                connection.expires(),
                connection.created(),
                connection.lastUsed(),
                connection.lastError(),
                urls.of(offer.gateway().id()));
    }

    private OwnConnection none(Offer offer) {
        var gateway = offer.gateway();
        return new OwnConnection(
                gateway.id(), gateway.name(), false, null, List.of(), null, null, null, null, urls.of(gateway.id()));
    }
}
