package io.penstock.account.team;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Accounts;
import io.penstock.account.team.Invitations.Made;
import io.penstock.account.team.Team.Standing;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** What every database must do for invitations. */
@ParameterizedClass
@EnumSource(Databases.class)
class InvitationsTests {

    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private final Database database;
    private final Teams teams;
    private final Invitations invitations;

    InvitationsTests(Databases databases) {
        database = databases.fresh();
        var stores = Accounts.on(database).teams();
        teams = stores.teams();
        invitations = stores.invitations();
        var _ = get(teams.create("team-alpha", new Teams.Draft("Alpha", null, 2), ANN, 50));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Made invite(String user) {
        return get(invitations.invite("team-alpha", user, Standing.MEMBER, ANN, Duration.ofDays(7)));
    }

    @Test
    void aTokenIsRandomAndStoredAsItsHashAlone() {
        var made = invite(BOB);

        assertThat(Base64.getUrlDecoder().decode(made.token())).hasSize(32);
        assertThat(invite("eve@example.com").token()).isNotEqualTo(made.token());
        assertThat(get(database.client()
                        .sql("SELECT token_hash FROM team_invitations WHERE email = :user")
                        .bind("user", BOB)
                        .map(row -> row.get("token_hash", String.class))
                        .one()))
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(made.token());
    }

    @Test
    void isAcceptedByTheInvitedOnce() {
        var made = invite(BOB);

        assertThat(invitations.accept(made.token(), "eve@example.com", 50).blockOptional())
                .isEmpty();
        assertThat(get(invitations.accept(made.token(), BOB, 50)).team()).isEqualTo("team-alpha");
        assertThat(invitations.accept(made.token(), BOB, 50).blockOptional()).isEmpty();
        assertThat(teams.member("team-alpha", "eve@example.com").blockOptional())
                .isEmpty();
    }

    @Test
    void manyAcceptsAtOnceMakeOneMember() {
        var made = invite(BOB);

        assertThat(get(Flux.range(0, 8)
                        .flatMap(
                                _ -> invitations
                                        .accept(made.token(), BOB, 50)
                                        .onErrorResume(
                                                io.penstock.wire.Refusal.class,
                                                _ -> reactor.core.publisher.Mono.empty()),
                                8)
                        .count()))
                .isEqualTo(1);
    }

    @Test
    void anExpiredOneIsNone() {
        var made = invite(BOB);
        var _ = get(database.client()
                .sql("UPDATE team_invitations SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .fetch()
                .rowsUpdated());

        assertThat(get(invitations.open("team-alpha", 9, null).collectList())).isEmpty();
        assertThat(invitations.accept(made.token(), BOB, 50).blockOptional()).isEmpty();
    }

    @Test
    void aWithdrawnOneIsNone() {
        var made = invite(BOB);

        assertThat(get(invitations.withdraw("team-beta", made.invitation().id())))
                .isFalse();
        assertThat(get(invitations.withdraw("team-alpha", made.invitation().id())))
                .isTrue();

        assertThat(invitations.accept(made.token(), BOB, 50).blockOptional()).isEmpty();
    }

    @Test
    void anotherOneReplacesTheFirst() {
        var first = invite(BOB);
        var second = invite(BOB);

        assertThat(get(invitations.open("team-alpha", 9, null).collectList())).containsExactly(second.invitation());
        assertThat(invitations.accept(first.token(), BOB, 50).blockOptional()).isEmpty();
        assertThat(get(invitations.accept(second.token(), BOB, 50)).user()).isEqualTo(BOB);
        assertThat(refused(invitations.invite("team-alpha", BOB, Standing.MEMBER, ANN, Duration.ofDays(1))))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void aFullTeamLeavesItUnspent() {
        var made = invite(BOB);
        var _ = get(teams.join("team-alpha", "eve@example.com", Standing.MEMBER, 50));

        assertThat(refused(invitations.accept(made.token(), BOB, 50))).isInstanceOf(Reason.Conflict.class);

        var _ = get(teams.leave(get(teams.member("team-alpha", "eve@example.com"))));
        assertThat(get(invitations.accept(made.token(), BOB, 50)).user()).isEqualTo(BOB);
    }
}
