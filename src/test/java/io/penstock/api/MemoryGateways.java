package io.penstock.api;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.SealedAuth;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.database.ShownConfig;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gateways in memory. */
final class MemoryGateways implements Gateways {

    final Map<UUID, Gateway> rows = new LinkedHashMap<>();
    final Map<UUID, UpstreamAuth> opened = new HashMap<>();
    final Map<UUID, UpstreamTls> openedTls = new HashMap<>();
    final List<GatewayEvent> events = new ArrayList<>();
    int touches;
    int outsideTransactions;
    Runnable beforeUpdate = () -> {};

    void clear() {
        rows.clear();
        opened.clear();
        openedTls.clear();
        events.clear();
        touches = 0;
        outsideTransactions = 0;
        beforeUpdate = () -> {};
    }

    @Override
    public Mono<Gateway> create(Draft draft, String owner) {
        return counted(() -> {
            if (rows.values().stream().anyMatch(row -> row.name().equals(draft.name()))) {
                throw new Refusal(new Reason.Conflict("A gateway has that name"));
            }
            var at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(rows.size());
            return put(
                    row(UUID.randomUUID(), draft, new UpstreamAuth.None(), owner, true, Gateway.Status.UNSEEN, at, 1));
        });
    }

    @Override
    public Mono<Gateway> find(UUID id) {
        return Mono.fromSupplier(() -> rows.get(id));
    }

    @Override
    public Flux<Gateway> list(Viewer viewer, Filter filter, int limit, Cursor before) {
        return Flux.defer(() -> Flux.fromStream(new ArrayList<>(rows.values())
                .reversed().stream()
                        .filter(row -> World.sees(viewer, row))
                        .filter(row ->
                                filter.source() == null || filter.source().equals(row.name()))
                        .filter(row -> filter.tag() == null || row.tags().contains(filter.tag()))
                        .filter(row -> filter.visibility() == null || filter.visibility() == row.visibility())
                        .filter(row -> filter.enabled() == null || filter.enabled() == row.enabled())
                        .filter(row -> before == null || row.createdAt().isBefore(before.at()))
                        .limit(limit)));
    }

    @Override
    public Mono<Gateway> update(UUID id, Draft draft, long version) {
        return changed(
                id,
                version,
                row -> row(
                        id,
                        draft,
                        opened.get(id),
                        row.owner(),
                        row.enabled(),
                        row.status(),
                        row.createdAt(),
                        version + 1));
    }

    @Override
    public Mono<Gateway> enable(UUID id, boolean enabled, long version) {
        return changed(
                id,
                version,
                row -> row(
                        id,
                        draft(row),
                        opened.get(id),
                        row.owner(),
                        enabled,
                        row.status(),
                        row.createdAt(),
                        version + 1));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version, Mono<Void> first) {
        return changed(id, version, row -> {
                    rows.remove(id);
                    return row;
                })
                .flatMap(_ -> first.thenReturn(true))
                .defaultIfEmpty(false);
    }

    @Override
    public Mono<UpstreamTls> openTls(Gateway gateway) {
        return Mono.fromSupplier(() -> openedTls.getOrDefault(gateway.id(), UpstreamTls.NONE));
    }

    @Override
    public Mono<UpstreamAuth> open(Gateway gateway) {
        return Mono.fromSupplier(() -> opened.get(gateway.id()));
    }

    @Override
    public Flux<Gateway> claimDue(int limit, Duration lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Boolean> checked(Gateway gateway, Gateway.Condition condition, Heard heard, Duration nextIn) {
        return Mono.fromRunnable(() -> see(gateway.id(), new Gateway.Status(condition, null, null, null)))
                .thenReturn(true);
    }

    @Override
    public Mono<Void> stale(UUID id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Long> beginReading(UUID id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<GatewayEvent> events(UUID id, int limit, Cursor before) {
        return Flux.fromIterable(events)
                .filter(event -> event.gatewayId().equals(id))
                .take(limit);
    }

    @Override
    public Mono<Void> addEvent(UUID id, GatewayEvent.Kind kind, String detailJson) {
        throw new UnsupportedOperationException();
    }

    void see(UUID id, Gateway.Status status) {
        var row = rows.get(id);
        rows.put(
                id,
                row(
                        id,
                        draft(row),
                        opened.get(id),
                        row.owner(),
                        row.enabled(),
                        status,
                        row.createdAt(),
                        row.version()));
    }

    private Mono<Gateway> changed(UUID id, long version, java.util.function.UnaryOperator<Gateway> change) {
        return counted(() -> {
            beforeUpdate.run();
            var row = rows.get(id);
            if (row != null && row.version() != version) {
                throw new Refusal(new Reason.Stale("Another version is there now"));
            }
            if (row == null) {
                return null;
            }
            var after = change.apply(row);
            return rows.containsKey(id) ? put(after) : after;
        });
    }

    private Mono<Gateway> counted(java.util.function.Supplier<Gateway> change) {
        return World.inTransaction().flatMap(inside -> {
            touches++;
            outsideTransactions += inside ? 0 : 1;
            return Mono.fromSupplier(change);
        });
    }

    private Gateway put(Gateway row) {
        rows.put(row.id(), row);
        return row;
    }

    private static Draft draft(Gateway row) {
        return new Draft(
                row.name(),
                row.url(),
                row.description(),
                row.transport(),
                null,
                row.visibility(),
                row.teamId(),
                row.tags(),
                row.passthroughHeaders(),
                row.checkInterval(),
                row.driftPolicy(),
                row.repeatIdempotentCalls(),
                null);
    }

    private Gateway row(
            UUID id,
            Draft draft,
            UpstreamAuth before,
            String owner,
            boolean enabled,
            Gateway.Status status,
            Instant at,
            long version) {
        var auth = draft.auth() == null ? before : draft.auth();
        opened.put(id, auth);
        if (draft.tls() != null) {
            openedTls.put(id, draft.tls());
        }
        var wanted = openedTls.getOrDefault(id, UpstreamTls.NONE);
        var tls = wanted.equals(UpstreamTls.NONE)
                ? null
                : new Gateway.SealedTls(UUID.randomUUID(), wanted.shown(), new byte[1]);
        return new Gateway(
                id,
                draft.name(),
                draft.name().toLowerCase(Locale.ROOT),
                draft.url(),
                draft.description(),
                draft.transport(),
                shown(auth),
                tls,
                draft.visibility(),
                draft.teamId(),
                owner,
                draft.tags(),
                draft.passthroughHeaders(),
                draft.checkInterval(),
                draft.driftPolicy(),
                draft.repeatIdempotentCalls(),
                enabled,
                status,
                at,
                at,
                version);
    }

    private static SealedAuth shown(UpstreamAuth auth) {
        return switch (auth) {
            case UpstreamAuth.None none -> new SealedAuth(UUID.randomUUID(), "none", "{}", new byte[0]);
            case UpstreamAuth.Bearer bearer ->
                new SealedAuth(UUID.randomUUID(), "bearer", "{\"auth_token\":\"*****\"}", new byte[1]);
            case UpstreamAuth.Basic basic ->
                new SealedAuth(
                        UUID.randomUUID(),
                        "basic",
                        "{\"auth_username\":\"" + basic.username() + "\",\"auth_password\":\"*****\"}",
                        new byte[1]);
            case UpstreamAuth.Headers headers ->
                new SealedAuth(
                        UUID.randomUUID(),
                        "headers",
                        headers.headers().stream()
                                .map(header -> "{\"key\":\"" + header.key() + "\",\"value\":\"*****\"}")
                                .collect(Collectors.joining(",", "{\"auth_headers\":[", "]}")),
                        new byte[1]);
            case UpstreamAuth.QueryParam parameter ->
                new SealedAuth(
                        UUID.randomUUID(),
                        "query_param",
                        "{\"auth_query_param_key\":\"" + parameter.key() + "\",\"auth_query_param_value\":\"*****\"}",
                        new byte[1]);
            case UpstreamAuth.OAuth(var config) ->
                new SealedAuth(UUID.randomUUID(), "oauth", ShownConfig.of(config), new byte[1]);
        };
    }
}
