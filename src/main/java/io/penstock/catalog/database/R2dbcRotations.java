package io.penstock.catalog.database;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Rotation;
import io.penstock.catalog.Rotation.Kept;
import io.penstock.catalog.Rotation.State;
import io.penstock.catalog.Rotations;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Rotations in the rows of the gateways. The credential from before is sealed for another column, so that neither passes for the other. */
final class R2dbcRotations implements Rotations {

    private static final Logger LOG = LoggerFactory.getLogger(R2dbcRotations.class);

    private static final String WRITE = """
            UPDATE gateways
            SET auth_id = :authId, auth_type = :authType, auth_shown = :authShown, auth_sealed = :authSealed,
                tls_id = :tlsId, tls_shown = :tlsShown, tls_sealed = :tlsSealed,
                previous_id = :previousId, previous_type = :previousType, previous_shown = :previousShown,
                previous_sealed = :previousSealed, previous_tls_id = :previousTlsId,
                previous_tls_shown = :previousTlsShown, previous_tls_sealed = :previousTlsSealed,
                previous_until = CASE WHEN CAST(:keep AS BIGINT) < 0 THEN NULL
                                 ELSE CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:keep AS BIGINT) END,
                rotation_state = :state, rotation_at = CURRENT_TIMESTAMP, rotation_detail = :detail,
                next_check_at = CURRENT_TIMESTAMP, updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private static final String EXPIRE = """
            UPDATE gateways
            SET previous_id = NULL, previous_type = NULL, previous_shown = NULL, previous_sealed = NULL, previous_until = NULL,
                previous_tls_id = NULL, previous_tls_shown = NULL, previous_tls_sealed = NULL,
                rotation_state = 'ENDED', rotation_at = CURRENT_TIMESTAMP
            WHERE id = ANY(:ids)
            """;

    private static final String EXPIRED =
            "SELECT g.id FROM gateways g WHERE g.previous_until <= CURRENT_TIMESTAMP FOR UPDATE SKIP LOCKED";

    private static final long NOTHING_KEPT = -1;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final Sealing sealing;
    private final GatewayEvents events;

    R2dbcRotations(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            Sealing sealing,
            GatewayEvents events) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.sealing = sealing;
        this.events = events;
    }

    /** What is to be in the row. */
    private record Turn(
            State state,
            Gateway then,
            @Nullable Kept kept,
            long keepSeconds,
            @Nullable String why) {}

    @Override
    public Gateway trial(Gateway gateway, Credential credential) {
        return alone(changed(gateway, credential), State.TRIAL);
    }

    private static Gateway alone(Gateway gateway, State state) {
        return gateway.with(gateway.auth().in(new Rotation(state, Instant.EPOCH, null, null)), gateway.tls());
    }

    /** What stays as it is gets another id, too: refusals are told apart by it. */
    private Gateway changed(Gateway gateway, Credential credential) {
        var auth = credential.auth();
        var tls = credential.tls();
        return gateway.with(
                auth == null ? gateway.auth().renumbered() : sealing.seal(gateway.id(), gateway.owner(), auth),
                tls == null ? gateway.tls() : sealing.seal(gateway.id(), gateway.owner(), tls));
    }

    @Override
    public Mono<Gateway> replace(UUID id, Credential credential, Duration keep, long version) {
        return transactions.run(GatewayLocks.at(database, id, version)
                .flatMap(stored -> write(
                        stored,
                        new Turn(State.GRACE, changed(stored, credential), kept(stored), keep.toSeconds(), null))));
    }

    @Override
    public Mono<Gateway> end(UUID id, long version) {
        return transactions.run(GatewayLocks.at(database, id, version)
                .map(stored -> demand(stored, _ -> new Turn(State.ENDED, stored, null, NOTHING_KEPT, null)))
                .flatMap(this::write));
    }

    @Override
    public Mono<Gateway> rollBack(UUID id, String why, long version) {
        return transactions.run(GatewayLocks.at(database, id, version)
                .map(stored -> demand(stored, kept -> back(stored, kept, why)))
                .flatMap(this::write));
    }

    @Override
    public Mono<Gateway> rollBack(UUID id, UUID refused, String why, Mono<Void> alongside) {
        return transactions.run(GatewayLocks.any(database, id)
                .filter(stored ->
                        stored.auth().id().equals(refused) && stored.auth().kept() != null)
                .map(stored -> demand(stored, kept -> back(stored, kept, why)))
                .flatMap(this::write)
                .flatMap(now -> alongside.thenReturn(now)));
    }

    @Override
    public Mono<Gateway> before(Gateway gateway) {
        return Mono.justOrEmpty(gateway.auth().kept()).map(kept -> alone(restored(gateway, kept), State.BEFORE));
    }

    @Override
    public Mono<Void> expire() {
        return transactions.run(database.sql(EXPIRED)
                .map(row -> Columns.get(row, "id", UUID.class))
                .all()
                .collectList()
                .filter(ids -> !ids.isEmpty())
                .flatMap(ids -> database.sql(EXPIRE)
                        .bind("ids", ids.toArray(UUID[]::new))
                        .then()
                        .then(changes.announce(Changes.Topic.GATEWAYS, ids))));
    }

    private record Step(Gateway stored, Turn turn) {}

    private static Step demand(Gateway stored, java.util.function.Function<Kept, Turn> turn) {
        Kept kept = stored.auth().kept();
        if (kept == null) {
            throw new Refusal(
                    new Reason.Conflict("No credential from before is kept for this gateway: it is for a while after"
                            + " POST /gateways/{id}/credentials"));
        }
        return new Step(stored, turn.apply(kept));
    }

    private Turn back(Gateway stored, Kept kept, String why) {
        return new Turn(State.ROLLED_BACK, restored(stored, kept), null, NOTHING_KEPT, why);
    }

    /** Opened and sealed for the other column. */
    private Gateway restored(Gateway stored, Kept kept) {
        try {
            return sealing.restore(stored, kept);
        } catch (Vault.SealBroken _) {
            throw broken(stored);
        }
    }

    private Kept kept(Gateway stored) {
        try {
            return sealing.keep(stored);
        } catch (Vault.SealBroken _) {
            throw broken(stored);
        }
    }

    private static Refusal broken(Gateway stored) {
        LOG.error("A sealed credential of gateway {} does not open: it cannot be kept or taken back", stored.id());
        return new Refusal(new Reason.Conflict("A stored credential of this gateway does not open: set the new one with"
                + " PATCH /gateways/{id}, which keeps nothing"));
    }

    private Mono<Gateway> write(Step step) {
        return write(step.stored(), step.turn());
    }

    private Mono<Gateway> write(Gateway stored, Turn turn) {
        var auth = turn.then().auth();
        var kept = turn.kept();
        var statement = GatewayRow.bind(database.sql(WRITE), "tls", turn.then().tls());
        return GatewayRow.bind(statement, "previousTls", kept == null ? null : kept.tls())
                .bind("authId", auth.id())
                .bind("authType", auth.type())
                .bind("authShown", auth.shown())
                .bind("authSealed", Columns.bytesOrNull(auth.sealed()))
                .bind("previousId", Columns.orNull(UUID.class, kept == null ? null : kept.id()))
                .bind("previousType", Columns.orNull(String.class, kept == null ? null : kept.type()))
                .bind("previousShown", Columns.orNull(String.class, kept == null ? null : kept.shown()))
                .bind("previousSealed", Columns.bytesOrNull(kept == null ? new byte[0] : kept.sealed()))
                .bind("keep", turn.keepSeconds())
                .bind("state", turn.state().name())
                .bind("detail", Columns.orNull(String.class, turn.why()))
                .bind("id", stored.id())
                .then()
                .then(events.add(stored.id(), GatewayEvent.Kind.CREDENTIAL, detail(turn)))
                .then(events.trim(stored.id()))
                .then(changes.announce(Changes.Topic.GATEWAYS, stored.id()))
                .then(GatewayLocks.any(database, stored.id()));
    }

    private static String detail(Turn turn) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("state", turn.state().name().toLowerCase(java.util.Locale.ROOT));
        detail.put("auth_type", turn.then().auth().type());
        if (turn.why() != null) {
            detail.put("reason", turn.why());
        }
        return JsonMapper.shared().writeValueAsString(detail);
    }
}
