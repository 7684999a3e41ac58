package io.penstock.account.team;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Accounts;
import io.penstock.account.Position;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every database must do for teams and their members. */
@ParameterizedClass
@EnumSource(Databases.class)
class TeamsTests {

    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private final Database database;
    private final Accounts accounts;
    private final Teams teams;

    TeamsTests(Databases databases) {
        database = databases.fresh();
        accounts = Accounts.on(database);
        teams = accounts.teams().teams();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Team team(String id, int most) {
        return get(teams.create(id, new Teams.Draft(id, null, most), ANN, 50));
    }

    @Test
    void whoMakesATeamIsItsFirstOwner() {
        var team = team("team-alpha", 10);

        assertThat(team.members()).isEqualTo(1);
        assertThat(get(teams.find("team-alpha"))).isEqualTo(team);
        assertThat(get(teams.members("team-alpha", 9, null).collectList()))
                .extracting(Member::user, Member::standing)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(ANN, Standing.OWNER));
        assertThat(refused(teams.create("team-alpha", new Teams.Draft("x", null, 5), BOB, 50)))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void listsOnlyWhatIsAskedFor() {
        var _ = team("team-alpha", 10);
        var beta = team("team-beta", 10);
        var _ = team("team-gamma", 10);

        assertThat(get(teams.list(Set.of("team-alpha", "team-gamma"), 9, null).collectList()))
                .extracting(Team::id)
                .containsExactly("team-gamma", "team-alpha");
        assertThat(get(teams.list(null, 9, new Position(beta.createdAt(), beta.pageKey()))
                        .collectList()))
                .extracting(Team::id)
                .containsExactly("team-alpha");
        assertThat(get(teams.list(Set.of(), 9, null).collectList())).isEmpty();
    }

    @Test
    void aTeamHasRoomForSoMany() {
        var _ = team("team-alpha", 2);
        var _ = get(teams.join("team-alpha", BOB, Standing.MEMBER, 50));

        assertThat(refused(teams.join("team-alpha", "eve@example.com", Standing.MEMBER, 50))
                        .detail())
                .contains("2 members");
        assertThat(refused(teams.join("team-alpha", BOB, Standing.MEMBER, 50)).detail())
                .contains("already");
        assertThat(refused(teams.update("team-alpha", new Teams.Draft("A", null, 1), 1)))
                .isInstanceOf(Reason.Conflict.class);
        assertThat(teams.join("team-omega", BOB, Standing.MEMBER, 50).blockOptional())
                .isEmpty();
    }

    @Test
    void manyWhoJoinAtOnceFillATeamAndNoMore() {
        var _ = team("team-alpha", 4);

        var joined = get(Flux.fromStream(IntStream.range(0, 12).boxed())
                .flatMap(
                        n -> teams.join("team-alpha", "u" + n + "@example.com", Standing.MEMBER, 50)
                                .onErrorResume(Refusal.class, _ -> Mono.empty()),
                        6)
                .collectList());

        assertThat(joined).hasSize(3);
        assertThat(get(teams.find("team-alpha")).members()).isEqualTo(4);
    }

    @Test
    void aUserJoinsSoManyTeamsAlsoAtOnce() {
        for (int n = 0; n < 6; n++) {
            var _ = team("team-" + n, 10);
        }

        var joined = get(Flux.range(0, 6)
                .flatMap(
                        n -> teams.join("team-" + n, BOB, Standing.MEMBER, 3)
                                .onErrorResume(Refusal.class, _ -> Mono.empty()),
                        6)
                .collectList());

        assertThat(joined).hasSize(3);
        assertThat(refused(teams.create("own", new Teams.Draft("own", null, 5), BOB, 3))
                        .detail())
                .contains("3 teams");
        assertThat(teams.find("own").blockOptional()).isEmpty();
    }

    @Test
    void thereIsAlwaysAnOwner() {
        var _ = team("team-alpha", 10);
        var _ = get(teams.join("team-alpha", BOB, Standing.MEMBER, 50));

        var ann = get(teams.member("team-alpha", ANN));
        assertThat(refused(teams.leave(ann))).isInstanceOf(Reason.Conflict.class);
        assertThat(refused(teams.promote(ann, Standing.MEMBER))).isInstanceOf(Reason.Conflict.class);

        assertThat(get(teams.promote(get(teams.member("team-alpha", BOB)), Standing.OWNER))
                        .standing())
                .isEqualTo(Standing.OWNER);
        assertThat(get(teams.leave(ann))).isTrue();
        assertThat(get(teams.leave(ann))).isFalse();
    }

    @Test
    void whoIsNotAsKnownAnyMoreIsNotChanged() {
        var _ = team("team-alpha", 10);
        var known = get(teams.join("team-alpha", BOB, Standing.MEMBER, 50));
        var owner = get(teams.promote(known, Standing.OWNER));

        assertThat(owner.version()).isNotEqualTo(known.version());
        assertThat(refused(teams.promote(known, Standing.MEMBER))).isInstanceOf(Reason.Stale.class);
        assertThat(refused(teams.leave(known))).isInstanceOf(Reason.Stale.class);
        assertThat(get(teams.leave(owner))).isTrue();
        var again = get(teams.join("team-alpha", BOB, Standing.OWNER, 50));
        assertThat(refused(teams.leave(owner))).isInstanceOf(Reason.Stale.class);
        assertThat(again.version()).isNotEqualTo(owner.version());
    }

    @Test
    void membersComeInPagesLongestFirst() {
        var _ = team("team-alpha", 10);
        for (String user : new String[] {"zoe", "eve", "max"}) {
            var _ = get(teams.join("team-alpha", user, Standing.MEMBER, 50));
        }

        var first = get(teams.members("team-alpha", 2, null).collectList());
        var last = first.getLast();
        var rest = get(teams.members("team-alpha", 9, new Position(last.since(), last.pageKey()))
                .collectList());

        assertThat(first).extracting(Member::user).containsExactly(ANN, "zoe");
        assertThat(rest).extracting(Member::user).containsExactly("eve", "max");
    }

    @Test
    void aTeamIsFoundByWhatPagesAreReadBy() {
        var team = team("team-alpha", 10);

        assertThat(get(teams.ofPageKey(team.pageKey()))).isEqualTo(team);
        assertThat(teams.ofPageKey(java.util.UUID.randomUUID()).blockOptional()).isEmpty();
    }

    @Test
    void whoLeavesLosesTheRolesThere() {
        var _ = team("team-alpha", 10);
        var bob = accounts.user(BOB);
        var _ = get(teams.join("team-alpha", BOB, Standing.MEMBER, 50));
        var developer = accounts.role("developer").id();
        var _ = get(accounts.roles().assign(bob.id(), developer, "team-alpha", ANN));
        var everywhere = get(accounts.roles().assign(bob.id(), developer, null, ANN));

        assertThat(get(teams.leave(get(teams.member("team-alpha", BOB))))).isTrue();

        assertThat(get(accounts.roles().of(bob.id()).collectList())).containsExactly(everywhere);
    }

    @Test
    void aDeletedTeamTakesItsRolesAlong() {
        var _ = team("team-alpha", 10);
        var bob = accounts.user(BOB);
        var _ = get(accounts.roles().assign(bob.id(), accounts.role("developer").id(), "team-alpha", ANN));

        assertThat(refused(teams.delete("team-alpha", 2))).isInstanceOf(Reason.Stale.class);
        assertThat(get(teams.delete("team-alpha", 1))).isTrue();

        assertThat(teams.find("team-alpha").blockOptional()).isEmpty();
        assertThat(get(accounts.roles().of(bob.id()).collectList())).isEmpty();
        assertThat(get(teams.delete("team-alpha", 1))).isFalse();
    }
}
