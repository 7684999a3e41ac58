package io.penstock.account;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What calls know of users on each replica, and how soon. */
@ParameterizedClass
@EnumSource(Databases.class)
class DirectoryTests {

    private static final String ANN = "ann@example.com";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Database database;
    private final Database other;
    private final Accounts accounts;
    private final List<Disposable> following = new ArrayList<>();
    private final AtomicBoolean outage = new AtomicBoolean();
    private final Directory here;
    private final Directory there;

    DirectoryTests(Databases databases) {
        database = databases.fresh();
        // only one application at a time opens the embedded database
        other = databases == Databases.H2 ? database : database.again();
        accounts = Accounts.on(database);
        here = directory(database);
        there = directory(other);
    }

    @AfterEach
    void close() {
        following.forEach(Disposable::dispose);
        if (other != database) {
            other.close();
        }
        database.close();
    }

    private Directory directory(Database replica) {
        DirectoryReader reader = Accounts.on(replica).reader();
        var directory = new MemoryDirectory(
                () -> outage.get() ? Mono.error(new IllegalStateException("database gone")) : reader.read(),
                replica.changes(),
                new Following());
        directory.start();
        return directory;
    }

    /** Follows at once, and again soon after a failure. */
    private final class Following implements Rounds {

        @Override
        public void repeat(String name, Duration pause, Mono<Void> round) {
            following.add(round.onErrorComplete()
                    .repeatWhen(ends -> ends.delayElements(Duration.ofMillis(20)))
                    .subscribe());
        }

        @Override
        public <T> Mono<T> detach(String name, Mono<T> work) {
            throw new UnsupportedOperationException();
        }
    }

    private static Caller caller(String user, String... teams) {
        return new Caller(user, Caller.Source.JWT, false, Set.of(teams), null, "digest", Instant.MAX);
    }

    private void everywhere(java.util.function.Consumer<Directory> holds) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(Refusal.class)
                .untilAsserted(() -> {
                    holds.accept(here);
                    holds.accept(there);
                });
    }

    @Test
    void whoIsNotKnownHereStaysAsTheyCame() {
        var caller = caller("nobody@example.com", "team-claimed");

        assertThat(get(here.complete(caller))).isSameAs(caller);
    }

    @Test
    void aUserSwitchedOffIsRefusedOnEveryReplicaAsSoonAsItIsTold() {
        var ann = accounts.user(ANN);
        assertThat(get(there.complete(caller(ANN))).user()).isEqualTo(ANN);

        var off = get(accounts.users().update(ann.id(), new Users.Draft(null, false, false, null), 1));

        everywhere(directory ->
                assertThat(refused(directory.complete(caller(ANN)))).isInstanceOf(Reason.Unauthenticated.class));

        var _ = get(accounts.users().update(off.id(), new Users.Draft(null, true, false, null), 2));
        everywhere(directory ->
                assertThat(get(directory.complete(caller(ANN))).user()).isEqualTo(ANN));
    }

    @Test
    void aMemberHasTheTeamBesideThoseOfTheTokenUntilRemoved() {
        var _ = get(accounts.teams().teams().create("team-alpha", new Teams.Draft("A", null, 9), "own@example.com", 9));

        var _ = get(accounts.teams().teams().join("team-alpha", ANN, Standing.MEMBER, 9));
        everywhere(directory -> assertThat(
                        get(directory.complete(caller(ANN, "team-claimed"))).teams())
                .containsExactlyInAnyOrder("team-alpha", "team-claimed"));

        var _ = get(accounts.teams().teams().leave(get(accounts.teams().teams().member("team-alpha", ANN))));
        everywhere(directory -> assertThat(
                        get(directory.complete(caller(ANN, "team-claimed"))).teams())
                .containsExactly("team-claimed"));
    }

    @Test
    void theRolesOfAUserAreGrants() {
        var ann = accounts.user(ANN);
        var _ = get(accounts.teams().teams().create("team-alpha", new Teams.Draft("A", null, 9), ANN, 9));
        var auditor = get(accounts.roles().create(new Roles.Draft("auditor", null, Set.of("audit.read"))));
        var _ = get(accounts.roles().assign(ann.id(), accounts.role("developer").id(), "team-alpha", "root"));
        everywhere(directory -> {
            Grants grants = get(directory.complete(caller(ANN))).grants();
            assertThat(grants.everywhere()).isNull();
            assertThat(grants.inTeams().get("team-alpha")).isEqualTo(BuiltIn.DEVELOPER.scopes());
        });

        var _ = get(accounts.roles().assign(ann.id(), auditor.id(), null, "root"));
        everywhere(directory -> assertThat(
                        get(directory.complete(caller(ANN))).grants().everywhere())
                .containsExactly("audit.read"));

        var _ = get(accounts.roles().update(auditor.id(), new Roles.Draft("auditor", null, Set.of("tools.read")), 1));
        everywhere(directory -> assertThat(
                        get(directory.complete(caller(ANN))).grants().everywhere())
                .containsExactly("tools.read"));
    }

    @Test
    void aPlatformAdminIsAnAdministrator() {
        var ann = accounts.user(ANN);
        var assignment = get(accounts.roles()
                .assign(ann.id(), accounts.role("platform_admin").id(), null, "root"));
        everywhere(directory ->
                assertThat(get(directory.complete(caller(ANN))).admin()).isTrue());

        var _ = get(accounts.roles().remove(ann.id(), assignment.id()));
        everywhere(directory ->
                assertThat(get(directory.complete(caller(ANN))).admin()).isFalse());
    }

    @Test
    void theGroupsOfTheIdentityProviderStay() {
        var ann = accounts.user(ANN);
        var _ = get(accounts.roles().assign(ann.id(), accounts.role("viewer").id(), null, "root"));
        var grouped = caller(ANN).with(false, Set.of(), Grants.ofGroups(Set.of("registry-users")));

        everywhere(directory -> {
            var grants = get(directory.complete(grouped)).grants();
            assertThat(grants.groups()).containsExactly("registry-users");
            assertThat(grants.everywhere()).isEqualTo(BuiltIn.VIEWER.scopes());
        });
    }

    @Test
    void whoMustChooseAPasswordDoesNothingElse() {
        var _ = get(accounts.users().create(ANN, new Users.Draft(null, true, true, "hash")));

        everywhere(directory ->
                assertThat(refused(directory.complete(caller(ANN)))).isInstanceOf(Reason.PasswordExpired.class));
    }

    @Test
    void whoIsAnonymousHasNobodysRoles() {
        var user = accounts.user("anonymous");
        var _ = get(accounts.roles()
                .assign(user.id(), accounts.role("platform_admin").id(), null, "root"));
        everywhere(directory ->
                assertThat(get(directory.complete(caller("anonymous"))).admin()).isTrue());

        var anonymous = new Caller("anonymous", Caller.Source.ANONYMOUS, false, Set.of(), null, "digest", Instant.MAX);

        assertThat(get(here.complete(anonymous))).isSameAs(anonymous);
    }

    @Test
    void whatIsKnownStaysWhileTheDatabaseIsAway() {
        var ann = accounts.user(ANN);
        var _ = get(accounts.users().update(ann.id(), new Users.Draft(null, false, false, null), 1));
        everywhere(directory ->
                assertThat(refused(directory.complete(caller(ANN)))).isInstanceOf(Reason.Unauthenticated.class));

        outage.set(true);
        var _ = database.changes().announce(Changes.Topic.ACCOUNTS).blockOptional();

        everywhere(directory ->
                assertThat(refused(directory.complete(caller(ANN)))).isInstanceOf(Reason.Unauthenticated.class));
    }
}
