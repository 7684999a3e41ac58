package io.penstock.catalog.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Rotation.State;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Visibility;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** What every database must do for a credential that is put in the place of another one. */
@ParameterizedClass
@EnumSource(Databases.class)
class RotationsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final UpstreamAuth OLD = new UpstreamAuth.Bearer(new Secret("old"));
    private static final UpstreamAuth NEW = new UpstreamAuth.Basic("ann", new Secret("new"));

    private final Vault vault = Vaults.fresh();
    private final Database database;
    private final Gateways gateways;
    private final Rotations rotations;
    private final Gateway before;

    RotationsTests(Databases databases) {
        database = databases.fresh();
        gateways = Stores.on(database, vault).gateways();
        rotations = new R2dbcRotations(
                database.client(),
                database.transactions(),
                database.changes(),
                new Sealing(vault),
                new GatewayEvents(database.client()));
        before = get(gateways.create(Stores.draft("up", OLD), "ann@example.com"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    private Gateway replaced() {
        return get(rotations.replace(
                before.id(), new Rotations.Credential(NEW, null), Duration.ofHours(1), before.version()));
    }

    private void refused(Class<? extends Reason> reason, Mono<?> mono) {
        assertThatThrownBy(() -> get(mono))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isInstanceOf(reason));
    }

    @Test
    void theNewOneIsInUseAndTheOldOneIsKept() {
        var now = replaced();

        assertThat(get(gateways.open(now))).isEqualTo(NEW);
        assertThat(now.version()).isEqualTo(before.version() + 1);
        assertThat(now.auth().rotation().state()).isEqualTo(State.GRACE);
        assertThat(now.auth().kept().id()).isEqualTo(before.auth().id());
        assertThat(now.auth().kept().until()).isAfter(now.updatedAt());
        assertThat(get(rotations.before(now).flatMap(gateways::open))).isEqualTo(OLD);
        assertThat(get(gateways.events(now.id(), 1, null).next()).detail()).contains("\"grace\"", "\"basic\"");
    }

    @Test
    void whatWasSeenOfTheUpstreamStays() {
        var seen = new Gateway.Condition(true, 0, null, "2025-11-25", "sse", "{}", "{}");
        get(gateways.checked(before, seen, Gateways.Heard.ANSWER, Duration.ofHours(1)));

        assertThat(replaced().status().condition().healthy()).isTrue();
    }

    @Test
    void whoOpensAPrivateGatewayToOthersDoesNotHandOutTheOldOne() {
        var mine = get(gateways.create(Stores.draft("mine", OLD, Visibility.PRIVATE, null), "ann@example.com"));
        var replaced = get(
                rotations.replace(mine.id(), new Rotations.Credential(NEW, null), Duration.ofHours(1), mine.version()));
        var described = get(
                gateways.update(mine.id(), Stores.draft("my own", null, Visibility.PRIVATE, null), replaced.version()));
        assertThat(described.auth().kept()).isNotNull();

        var opened = get(
                gateways.update(mine.id(), Stores.draft("my own", NEW, Visibility.PUBLIC, null), described.version()));
        assertThat(opened.auth().kept()).isNull();
        assertThat(get(gateways.open(opened))).isEqualTo(NEW);
        refused(Reason.Conflict.class, rotations.rollBack(mine.id(), "By eve", opened.version()));
    }

    @Test
    void aTrialIsInNoRow() {
        var trial = rotations.trial(before, new Rotations.Credential(NEW, null));

        assertThat(get(gateways.open(trial))).isEqualTo(NEW);
        assertThat(trial.auth().isOnTrial()).isTrue();
        assertThat(get(gateways.find(before.id())).auth().id())
                .isEqualTo(before.auth().id());
    }

    @Test
    void theOldOneIsTakenBack() {
        var back = get(rotations.rollBack(before.id(), "By ann", replaced().version()));

        assertThat(get(gateways.open(back))).isEqualTo(OLD);
        assertThat(back.auth().id()).isEqualTo(before.auth().id());
        assertThat(back.auth().kept()).isNull();
        assertThat(back.auth().rotation().detail()).isEqualTo("By ann");
        refused(Reason.Conflict.class, rotations.rollBack(before.id(), "again", back.version()));
    }

    @Test
    void itIsTakenBackByItselfOnceAndOnlyForTheCredentialThatWasRefused() {
        var now = replaced();
        var noted = new AtomicInteger();
        Mono<Void> note = Mono.fromRunnable(noted::incrementAndGet);

        assertThat(get(rotations.rollBack(now.id(), before.auth().id(), "401", note)))
                .isNull();
        assertThat(get(rotations.rollBack(now.id(), now.auth().id(), "401", note))
                        .auth()
                        .rotation()
                        .state())
                .isEqualTo(State.ROLLED_BACK);
        assertThat(get(rotations.rollBack(now.id(), now.auth().id(), "401", note)))
                .isNull();

        assertThat(noted).hasValue(1);
    }

    @Test
    void whoReadAnEarlierVersionRotatesNothing() {
        replaced();

        refused(
                Reason.Stale.class,
                rotations.replace(
                        before.id(), new Rotations.Credential(NEW, null), Duration.ofHours(1), before.version()));
        refused(Reason.Stale.class, rotations.end(before.id(), before.version()));
        refused(Reason.Stale.class, rotations.rollBack(before.id(), "", before.version()));
    }

    @Test
    void theOldOneIsLetGoByHandAndByTime() {
        var ended = get(rotations.end(before.id(), replaced().version()));
        assertThat(ended.auth().kept()).isNull();
        assertThat(get(gateways.open(ended))).isEqualTo(NEW);
        refused(Reason.Conflict.class, rotations.end(before.id(), ended.version()));

        var again = get(
                rotations.replace(before.id(), new Rotations.Credential(OLD, null), Duration.ZERO, ended.version()));
        get(rotations.expire());
        assertThat(get(gateways.find(before.id())).auth().rotation().state()).isEqualTo(State.ENDED);
        assertThat(get(gateways.open(again))).isEqualTo(OLD);
    }

    @Test
    void oneThatIsKeptIsNotLetGoBeforeItsTime() {
        replaced();

        get(rotations.expire());

        assertThat(get(gateways.find(before.id())).auth().kept()).isNotNull();
    }

    @Test
    void whatTlsGoesByIsKeptAndTakenBackWithIt() {
        var first = new UpstreamTls("ca", "cert", new Secret("key"), java.util.List.of());
        var second = new UpstreamTls("ca", "other cert", new Secret("other key"), java.util.List.of());
        var tls = get(rotations.replace(
                before.id(), new Rotations.Credential(null, first), Duration.ofHours(1), before.version()));
        assertThat(get(gateways.openTls(tls))).isEqualTo(first);
        assertThat(get(gateways.open(tls))).isEqualTo(OLD);
        assertThat(tls.auth().id()).isNotEqualTo(before.auth().id());
        assertThat(get(rotations.before(tls)).tls()).isNull();

        var now = get(
                rotations.replace(tls.id(), new Rotations.Credential(NEW, second), Duration.ofHours(1), tls.version()));

        assertThat(get(gateways.openTls(now))).isEqualTo(second);
        assertThat(get(rotations.before(now).flatMap(gateways::openTls))).isEqualTo(first);
        assertThat(get(rotations.before(now)).auth().standsAlone()).isTrue();
        var back = get(rotations.rollBack(now.id(), "By ann", now.version()));
        assertThat(get(gateways.openTls(back))).isEqualTo(first);
        assertThat(back.tlsId()).isEqualTo(tls.tlsId());
        assertThat(get(gateways.open(back))).isEqualTo(OLD);
    }

    @Test
    void whatTlsGoesByIsTriedInNoRowAndLetGoInTime() {
        var first = new UpstreamTls("ca", "cert", new Secret("key"), java.util.List.of());
        var trial = rotations.trial(before, new Rotations.Credential(null, first));

        assertThat(get(gateways.openTls(trial))).isEqualTo(first);
        assertThat(get(gateways.find(before.id())).tls()).isNull();
        var tls = get(rotations.replace(
                before.id(), new Rotations.Credential(null, first), Duration.ofHours(1), before.version()));
        get(rotations.replace(tls.id(), new Rotations.Credential(NEW, null), Duration.ZERO, tls.version()));

        get(rotations.expire());

        var ended = get(gateways.find(before.id()));
        assertThat(ended.auth().kept()).isNull();
        assertThat(get(gateways.openTls(ended))).isEqualTo(first);
        assertThat(get(database.client()
                        .sql("SELECT COUNT(*) AS held FROM gateways WHERE previous_tls_sealed IS NOT NULL")
                        .map(row -> row.get("held", Long.class))
                        .one()))
                .isZero();
    }

    /** I1: the one from before was for the server that the url named then. */
    @Test
    void anotherUrlOrAnotherCredentialLetsGoOfTheOldOne() {
        var now = replaced();
        var draft = Stores.draft("up", new UpstreamAuth.Bearer(new Secret("third")));
        var moved = new Gateways.Draft(
                draft.name(),
                URI.create("https://elsewhere.example/mcp"),
                draft.description(),
                draft.transport(),
                draft.auth(),
                draft.visibility(),
                draft.teamId(),
                draft.tags(),
                draft.passthroughHeaders(),
                draft.checkInterval(),
                DriftPolicy.WARN,
                false,
                null);

        assertThat(get(gateways.update(now.id(), moved, now.version())).auth().rotation())
                .isNull();
    }

    /** T10: neither column's value passes for the other's. */
    @Test
    void whatIsMovedFromOneColumnToTheOtherDoesNotOpen() {
        var now = replaced();
        get(database.client()
                .sql("UPDATE gateways SET auth_sealed = previous_sealed, auth_type = 'bearer' WHERE id = $1")
                .bind(0, now.id())
                .then());

        refused(Reason.Unavailable.class, gateways.find(now.id()).flatMap(gateways::open));
    }
}
