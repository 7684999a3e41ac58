package io.penstock.api;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.SealedAuth;
import io.penstock.catalog.Rotation;
import io.penstock.catalog.Rotation.Kept;
import io.penstock.catalog.Rotation.State;
import io.penstock.catalog.Rotations;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Rotations of the gateways in memory, which say only how far they are. */
final class MemoryRotations implements Rotations {

    private final MemoryGateways gateways;

    MemoryRotations(MemoryGateways gateways) {
        this.gateways = gateways;
    }

    @Override
    public Gateway trial(Gateway gateway, Credential credential) {
        return with(gateway, new Rotation(State.TRIAL, Instant.EPOCH, null, null), gateway.version());
    }

    @Override
    public Mono<Gateway> replace(UUID id, Credential credential, Duration keep, long version) {
        return put(id, version, row -> {
            var before = row.auth();
            if (credential.auth() != null) {
                gateways.opened.put(id, credential.auth());
            }
            if (credential.tls() != null) {
                gateways.openedTls.put(id, credential.tls());
            }
            var kept = new Kept(
                    before.id(), before.type(), before.shown(), before.sealed(), row.tls(), Instant.EPOCH.plus(keep));
            return new Rotation(State.GRACE, Instant.EPOCH, kept, null);
        });
    }

    @Override
    public Mono<Gateway> end(UUID id, long version) {
        return put(id, version, row -> {
            demand(row);
            return new Rotation(State.ENDED, Instant.EPOCH, null, null);
        });
    }

    @Override
    public Mono<Gateway> rollBack(UUID id, String why, long version) {
        return put(id, version, row -> {
            demand(row);
            return new Rotation(State.ROLLED_BACK, Instant.EPOCH, null, why);
        });
    }

    private static void demand(Gateway row) {
        if (row.auth().kept() == null) {
            throw new Refusal(new Reason.Conflict("No credential from before is kept"));
        }
    }

    @Override
    public Mono<Gateway> rollBack(UUID id, UUID refused, String why, Mono<Void> alongside) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Gateway> before(Gateway gateway) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> expire() {
        return Mono.empty();
    }

    private Mono<Gateway> put(UUID id, long version, java.util.function.Function<Gateway, Rotation> turn) {
        return gateways.find(id).map(row -> {
            if (row.version() != version) {
                throw new Refusal(new Reason.Stale("Another version"));
            }
            var now = with(row, turn.apply(row), version + 1);
            gateways.rows.put(id, now);
            return now;
        });
    }

    private static Gateway with(Gateway row, Rotation rotation, long version) {
        var auth = row.auth();
        return new Gateway(
                row.id(),
                row.name(),
                row.slug(),
                row.url(),
                row.description(),
                row.transport(),
                new SealedAuth(UUID.randomUUID(), auth.type(), auth.shown(), auth.sealed(), rotation),
                null,
                row.visibility(),
                row.teamId(),
                row.owner(),
                row.tags(),
                row.passthroughHeaders(),
                row.checkInterval(),
                row.driftPolicy(),
                row.repeatIdempotentCalls(),
                row.enabled(),
                row.status(),
                row.createdAt(),
                row.updatedAt(),
                version);
    }
}
