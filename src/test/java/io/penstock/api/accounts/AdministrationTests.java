package io.penstock.api.accounts;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.account.Accounts;
import io.penstock.account.Role;
import io.penstock.account.Roles;
import io.penstock.account.User;
import io.penstock.account.team.Team;
import io.penstock.account.team.Teams;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Who gives or takes while a transaction is open that takes the power for it away: they wait for it, and then have it no more. */
class AdministrationTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** Where roles and the administration alone allow anything. */
    private static final Gate GATE = (Gate) Proxy.newProxyInstance(
            Gate.class.getClassLoader(), new Class<?>[] {Gate.class}, (_, method, given) -> {
                assertThat(method.getName()).isEqualTo("demandIn");
                demand((Caller) given[0], ((Permission) given[1]).scope(), (String) given[2]);
                return null;
            });

    private final Database database = Databases.POSTGRESQL.fresh();
    private final Accounts accounts = Accounts.on(database);
    private final Roles roles = accounts.roles();
    private final Administration administration = new Administration(
            accounts.users(), roles, accounts.teams().teams(), accounts.directory(), new Powers(GATE));
    private final User clerk = accounts.user("clerk@example.com");
    private final User ann = accounts.user("ann@example.com");
    private final Role desk = role("desk", "users.update", "tools.read");
    private final Role reader = role("reader", "tools.read");

    @AfterEach
    void close() {
        database.close();
    }

    private static void demand(Caller caller, String scope, String team) {
        var everywhere = caller.grants().everywhere();
        var there = team == null ? null : caller.grants().inTeams().get(team);
        if (!caller.admin() && Stream.of(everywhere, there).noneMatch(has -> has != null && has.contains(scope))) {
            throw new Refusal(new Reason.Forbidden(scope));
        }
    }

    private Role role(String name, String... scopes) {
        return get(roles.create(new Roles.Draft(name, null, Set.of(scopes))));
    }

    private Role.Assignment has(User user, Role role, String team) {
        return get(roles.assign(user.id(), role.id(), team, "root@example.com"));
    }

    /** As the replica knows them, which has not heard yet. */
    private Caller caller(boolean admin) {
        var credential = new Caller(
                clerk.name(), Caller.Source.JWT, false, Set.of(), null, false, Grants.NONE, null, "", Instant.MAX);
        return credential.with(admin, Set.of(), new Grants(Set.of("users.update", "tools.read"), Map.of(), null));
    }

    private <T> CompletableFuture<T> begun(Mono<T> work) {
        return database.transactions().run(work).toFuture();
    }

    /** A transaction that has made its change, and goes on when it may. */
    private CompletableFuture<Void> open(Mono<?> change, Mono<Void> goOn) {
        var made = new CompletableFuture<Boolean>();
        var transaction =
                begun(change.then(Mono.fromRunnable(() -> made.complete(true))).then(goOn));
        assertThat(made).succeedsWithin(LONG);
        return transaction;
    }

    private void waits(CompletableFuture<?> attempt) {
        await().atMost(LONG).until(() -> attempt.isDone() || waiting() > 0);
        assertThat(attempt).isNotDone();
    }

    private long waiting() {
        return get(database.client()
                .sql("SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event_type = 'Lock'")
                .map(row -> row.get("n", Long.class))
                .one());
    }

    private Reason refusedAfter(Mono<?> taking, Mono<Void> attempt) {
        var commit = new CompletableFuture<Void>();
        var taken = open(taking, Mono.fromFuture(commit));
        var attempted = begun(attempt);
        waits(attempted);

        commit.complete(null);

        assertThat(taken).succeedsWithin(LONG);
        var refused = assertThat(attempted).failsWithin(LONG).withThrowableOfType(ExecutionException.class);
        return ((Refusal) refused.actual().getCause()).reason();
    }

    @Test
    void whoseRoleIsBeingTakenAwayGivesNone() {
        var held = has(clerk, desk, null);

        var reason = refusedAfter(
                roles.remove(clerk.id(), held.id()), administration.gives(caller(false), reader, null, ann.id()));

        assertThat(reason).isEqualTo(new Reason.Forbidden("tools.read"));
    }

    @Test
    void whoseRoleIsBeingNarrowedGivesNoMoreThanIsLeft() {
        var _ = has(clerk, desk, null);
        var less = new Roles.Draft("desk", null, Set.of("users.update"));

        var reason = refusedAfter(
                roles.update(desk.id(), less, desk.version()),
                administration.gives(caller(false), reader, null, ann.id()));

        assertThat(reason).isEqualTo(new Reason.Forbidden("tools.read"));
    }

    @Test
    void whoIsLeavingATeamGivesNoRoleThere() {
        Teams teams = accounts.teams().teams();
        var _ = get(teams.create("crew", new Teams.Draft("crew", null, 10), ann.name(), 10));
        Team.Member member = get(teams.join("crew", clerk.name(), Team.Standing.MEMBER, 10));
        var _ = has(clerk, desk, "crew");

        var reason = refusedAfter(teams.leave(member), administration.gives(caller(false), reader, "crew", ann.id()));

        assertThat(reason).isEqualTo(new Reason.Forbidden("tools.read"));
    }

    @Test
    void whoseAdministrationIsBeingTakenAwayTakesNothing() {
        var held = has(clerk, accounts.role("platform_admin"), null);

        var reason = refusedAfter(roles.remove(clerk.id(), held.id()), administration.holds(caller(true), ann.id()));

        assertThat(reason).isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void whoseRoleIsBeingTakenAwayWidensNone() {
        var held = has(clerk, desk, null);

        var reason = refusedAfter(
                roles.remove(clerk.id(), held.id()),
                administration.widens(caller(false), reader, Set.of("tools.read", "users.update")));

        assertThat(reason).isEqualTo(new Reason.Forbidden("tools.read"));
    }

    /** Else each would have what the other one wants. */
    @Test
    void whoGivesARoleThatIsBeingChangedHoldsNobodyMeanwhile() {
        var _ = has(clerk, desk, null);
        var _ = has(ann, reader, null);
        var goOn = new CompletableFuture<Void>();
        var changed = open(
                roles.hold(reader.id()),
                Mono.fromFuture(goOn).then(Mono.defer(() -> roles.holdWithUsers(reader.id(), "nobody"))));
        var given = begun(administration
                .gives(caller(false), reader, "crew", ann.id())
                .then(Mono.defer(() -> roles.hold(reader.id()))));
        waits(given);

        goOn.complete(null);

        assertThat(changed).succeedsWithin(LONG);
        assertThat(given).succeedsWithin(LONG);
    }
}
