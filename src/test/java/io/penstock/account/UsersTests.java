package io.penstock.account;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every database must do for users. */
@ParameterizedClass
@EnumSource(Databases.class)
class UsersTests {

    private static final Duration MEANWHILE = Duration.ofMillis(500);

    private final Database database;
    private final Accounts accounts;
    private final Users users;

    UsersTests(Databases databases) {
        database = databases.fresh();
        accounts = Accounts.on(database);
        users = accounts.users();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aUserReadsBackAsItWasMade() {
        var made = get(users.create("ann@example.com", new Users.Draft("Ann", true, true, "hash")));

        assertThat(get(users.find(made.id()))).isEqualTo(made);
        assertThat(get(users.named("ann@example.com"))).isEqualTo(made);
        assertThat(made.fullName()).isEqualTo("Ann");
        assertThat(made.password()).isTrue();
        assertThat(made.mustChangePassword()).isTrue();
        assertThat(made.lockedUntil()).isNull();
        assertThat(made.version()).isEqualTo(1);
        assertThat(users.find(UUID.randomUUID()).blockOptional()).isEmpty();
    }

    @Test
    void aNameIsTakenOnce() {
        var _ = accounts.user("ann@example.com");

        assertThat(refused(users.create("ann@example.com", new Users.Draft(null, true, false, null))))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void aChangeKeepsThePasswordUnlessItNamesOne() {
        var ann = accounts.user("ann@example.com");

        var changed = get(users.update(ann.id(), new Users.Draft("Ann", false, false, null), 1));

        assertThat(changed.enabled()).isFalse();
        assertThat(changed.password()).isTrue();
        assertThat(changed.version()).isEqualTo(2);
        assertThat(refused(users.update(ann.id(), new Users.Draft("A", true, false, null), 1)))
                .isInstanceOf(Reason.Stale.class);
        assertThat(users.update(UUID.randomUUID(), new Users.Draft("A", true, false, null), 1)
                        .blockOptional())
                .isEmpty();
    }

    @Test
    void aNewPasswordEndsALock() {
        var ann = accounts.user("ann@example.com");
        var _ = get(database.client()
                .sql("UPDATE users SET failed_attempts = 5, locked_until = CURRENT_TIMESTAMP + INTERVAL '5' MINUTE")
                .fetch()
                .rowsUpdated());
        assertThat(get(users.find(ann.id())).lockedUntil()).isNotNull();

        assertThat(get(users.update(ann.id(), new Users.Draft("A", true, true, null), 1))
                        .lockedUntil())
                .isNotNull();
        assertThat(get(users.update(ann.id(), new Users.Draft("A", true, true, "other"), 2))
                        .lockedUntil())
                .isNull();
    }

    @Test
    void aLockThatIsOverIsNone() {
        var ann = accounts.user("ann@example.com");
        var _ = get(database.client()
                .sql("UPDATE users SET locked_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .fetch()
                .rowsUpdated());

        assertThat(get(users.find(ann.id())).lockedUntil()).isNull();
    }

    @Test
    void listsNewestFirstPageByPage() {
        for (String name : new String[] {"a@example.com", "b@example.com", "c_d@example.com"}) {
            var _ = accounts.user(name);
        }

        var first = get(users.list(null, 2, null).collectList());
        var last = first.getLast();
        var second = get(
                users.list(null, 2, new Position(last.createdAt(), last.id())).collectList());

        assertThat(first).extracting(User::name).containsExactly("c_d@example.com", "b@example.com");
        assertThat(second).extracting(User::name).containsExactly("a@example.com");
        assertThat(get(users.list("_", 9, null).collectList()))
                .extracting(User::name)
                .containsExactly("c_d@example.com");
        assertThat(get(users.list("B@EX", 9, null).collectList()))
                .extracting(User::name)
                .containsExactly("b@example.com");
    }

    @Test
    void theOnlyOwnerOfATeamStays() {
        var ann = accounts.user("ann@example.com");
        var teams = accounts.teams().teams();
        var _ = get(teams.create("team-alpha", new Teams.Draft("Alpha", null, 10), "ann@example.com", 5));

        assertThat(refused(users.delete(ann.id(), 1)).detail()).contains("team-alpha");

        var _ = get(teams.join("team-alpha", "bob@example.com", Standing.OWNER, 5));
        assertThat(get(users.delete(ann.id(), 1))).isTrue();
        assertThat(teams.member("team-alpha", "ann@example.com").blockOptional())
                .isEmpty();
        assertThat(get(users.delete(ann.id(), 1))).isFalse();
    }

    @Test
    void ofTwoOwnersWhoAreDeletedAtOnceOneStays() {
        var ann = accounts.user("ann@example.com");
        var bob = accounts.user("bob@example.com");
        var teams = accounts.teams().teams();
        var _ = get(teams.create("team-alpha", new Teams.Draft("Alpha", null, 10), "ann@example.com", 5));
        var _ = get(teams.join("team-alpha", "bob@example.com", Standing.OWNER, 5));

        var deleted = get(Flux.merge(deletion(ann), deletion(bob)).collectList());

        assertThat(deleted).containsExactlyInAnyOrder(true, false);
        assertThat(get(teams.members("team-alpha", 10, null).collectList())).hasSize(1);
    }

    /** Commits after a while, in which the other one looks too where nothing keeps them from it. */
    private Mono<Boolean> deletion(User user) {
        return database.transactions()
                .run(users.delete(user.id(), 1).delayElement(MEANWHILE))
                .onErrorReturn(
                        error -> error instanceof Refusal refusal && refusal.reason() instanceof Reason.Conflict,
                        false);
    }
}
