package io.penstock.account;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.team.Teams;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every database must do for roles and those who have them. */
@ParameterizedClass
@EnumSource(Databases.class)
class RolesTests {

    private static final Duration MEANWHILE = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Database database;
    private final Accounts accounts;
    private final Roles roles;

    RolesTests(Databases databases) {
        database = databases.fresh();
        accounts = Accounts.on(database);
        roles = accounts.roles();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Role auditor() {
        return get(roles.create(new Roles.Draft("auditor", "Reads the trail", Set.of("audit.read"))));
    }

    @Test
    void theBuiltInOnesAreThereWithWhatTheProgramGivesThem() {
        assertThat(get(roles.list(10, null).collectList()))
                .allMatch(Role::builtIn)
                .extracting(Role::name)
                .containsExactlyInAnyOrder("platform_admin", "team_admin", "developer", "viewer");
        assertThat(accounts.role("viewer").scopes()).isEqualTo(BuiltIn.VIEWER.scopes());
        assertThat(accounts.role("platform_admin").scopes()).containsExactly("*");
    }

    @Test
    void theBuiltInOnesStay() {
        var viewer = accounts.role("viewer");

        assertThat(refused(roles.update(viewer.id(), new Roles.Draft("viewer", null, Set.of("audit.read")), 1)))
                .isInstanceOf(Reason.Conflict.class);
        assertThat(refused(roles.delete(viewer.id(), 1))).isInstanceOf(Reason.Conflict.class);
        assertThat(refused(roles.create(new Roles.Draft("viewer", null, Set.of()))))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void anOwnRoleIsMadeChangedAndDeleted() {
        var role = auditor();
        assertThat(get(roles.find(role.id()))).isEqualTo(role);

        var changed = get(roles.update(role.id(), new Roles.Draft("reviewer", null, Set.of("tools.read")), 1));

        assertThat(changed.name()).isEqualTo("reviewer");
        assertThat(changed.scopes()).containsExactly("tools.read");
        assertThat(changed.version()).isEqualTo(2);
        assertThat(refused(roles.delete(role.id(), 1))).isInstanceOf(Reason.Stale.class);
        assertThat(get(roles.delete(role.id(), 2))).isTrue();
        assertThat(get(roles.delete(role.id(), 2))).isFalse();
    }

    @Test
    void aRoleThatSomebodyHasIsNotDeleted() {
        var role = auditor();
        var ann = accounts.user("ann@example.com");
        var assignment = get(roles.assign(ann.id(), role.id(), null, "root@example.com"));

        assertThat(refused(roles.delete(role.id(), 1))).isInstanceOf(Reason.Conflict.class);

        assertThat(get(roles.remove(UUID.randomUUID(), assignment.id()))).isFalse();
        assertThat(get(roles.remove(ann.id(), assignment.id()))).isTrue();
        assertThat(get(roles.delete(role.id(), 1))).isTrue();
    }

    @Test
    void aUserHasARoleOncePerPlace() {
        var ann = accounts.user("ann@example.com");
        var developer = accounts.role("developer").id();
        var _ = get(
                accounts.teams().teams().create("team-alpha", new Teams.Draft("Alpha", null, 5), "ann@example.com", 5));

        var everywhere = get(roles.assign(ann.id(), developer, null, "root@example.com"));
        var there = get(roles.assign(ann.id(), developer, "team-alpha", "root@example.com"));

        assertThat(everywhere.team()).isNull();
        assertThat(there.team()).isEqualTo("team-alpha");
        assertThat(there.role().scopes()).isEqualTo(BuiltIn.DEVELOPER.scopes());
        assertThat(get(roles.of(ann.id()).collectList())).containsExactly(there, everywhere);
        assertThat(get(roles.of(ann.id(), 1, null).collectList())).containsExactly(there);
        assertThat(get(roles.of(ann.id(), 9, new Position(there.createdAt(), there.id()))
                        .collectList()))
                .containsExactly(everywhere);
        assertThat(refused(roles.assign(ann.id(), developer, "team-alpha", "root@example.com")))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void aUserIsAnotherOneWithOtherRoles() {
        var ann = accounts.user("ann@example.com");
        var role = auditor();

        var given = get(roles.assign(ann.id(), role.id(), null, "root@example.com"));
        assertThat(version(ann)).isEqualTo(2);
        var _ = get(roles.update(role.id(), new Roles.Draft("auditor", null, Set.of("tools.read")), 1));
        assertThat(version(ann)).isEqualTo(3);
        assertThat(get(roles.remove(ann.id(), given.id()))).isTrue();
        assertThat(version(ann)).isEqualTo(4);
        assertThat(get(roles.remove(ann.id(), given.id()))).isFalse();
        assertThat(version(ann)).isEqualTo(4);
    }

    private long version(User user) {
        return get(accounts.users().find(user.id())).version();
    }

    @Test
    void whatDoesNotExistIsNotAssigned() {
        var ann = accounts.user("ann@example.com");
        var viewer = accounts.role("viewer").id();

        assertThat(roles.assign(ann.id(), viewer, "no-team", "root@example.com").blockOptional())
                .isEmpty();
        assertThat(roles.assign(UUID.randomUUID(), viewer, null, "root@example.com")
                        .blockOptional())
                .isEmpty();
        assertThat(roles.assign(ann.id(), UUID.randomUUID(), null, "root@example.com")
                        .blockOptional())
                .isEmpty();
    }

    @Test
    void ofTwoAdministratorsWhoTakeItFromEachOtherOneStays() {
        var ann = accounts.user("ann@example.com");
        var bob = accounts.user("bob@example.com");
        var anns = administrator(ann);
        var bobs = administrator(bob);

        var taken = get(Flux.merge(taking("ann@example.com", bob, bobs), taking("bob@example.com", ann, anns))
                .collectList());

        assertThat(taken).containsExactlyInAnyOrder(true, false);
        assertThat(get(Flux.concat(roles.of(ann.id()), roles.of(bob.id())).collectList()))
                .hasSize(1);
    }

    @Test
    void whoGivesARoleIsReadAfterWhateverTakesTheirsAway() {
        var ann = accounts.user("ann@example.com");
        var bob = accounts.user("bob@example.com");
        var anns = administrator(ann);
        var administration = accounts.role("platform_admin").id();
        var removed = new CompletableFuture<Boolean>();
        var commit = new CompletableFuture<Void>();
        var removing = database.transactions()
                .run(roles.remove(ann.id(), anns).doOnNext(removed::complete).then(Mono.fromFuture(commit)))
                .toFuture();
        assertThat(removed).succeedsWithin(LONG).isEqualTo(true);

        var still = database.transactions()
                .run(roles.hold(administration).then(administers("ann@example.com", bob.id())))
                .toFuture();
        var _ = Mono.delay(MEANWHILE).block();
        commit.complete(null);

        assertThat(removing).succeedsWithin(LONG);
        assertThat(still).succeedsWithin(LONG).isEqualTo(false);
    }

    private Mono<Boolean> administers(String user, UUID other) {
        return accounts.users()
                .hold(user, other)
                .then(accounts.reader().read())
                .map(known -> known.containsKey(user) && known.get(user).admin());
    }

    private UUID administrator(User user) {
        return get(roles.assign(user.id(), accounts.role("platform_admin").id(), null, "root"))
                .id();
    }

    /** Takes it after a while, in which the other one looks too where nothing keeps them from it. */
    private Mono<Boolean> taking(String by, User from, UUID assignment) {
        return database.transactions()
                .run(administers(by, from.id())
                        .delayElement(MEANWHILE)
                        .flatMap(still -> still ? roles.remove(from.id(), assignment) : Mono.just(false)));
    }
}
