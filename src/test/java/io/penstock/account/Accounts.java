package io.penstock.account;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.account.team.TeamStores;
import io.penstock.caller.Directory;
import io.penstock.loop.NoRounds;
import io.penstock.store.Database;
import io.penstock.store.StillChanges;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** The stores of accounts of one replica on a test's database. */
public record Accounts(Users users, Roles roles, TeamStores teams, DirectoryReader reader) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public static Accounts on(Database database) {
        var roles = new R2dbcRoles(database.client(), database.transactions(), database.changes());
        return new Accounts(
                new R2dbcUsers(database.client(), database.transactions(), database.changes()),
                roles,
                TeamStores.on(database),
                new R2dbcDirectoryReader(database.client(), roles));
    }

    /** What calls know of these users once it is refreshed. */
    public Directory directory() {
        return new MemoryDirectory(reader, new StillChanges(), new NoRounds());
    }

    /** Leaves the built-in roles alone. */
    public void clear(Database database) {
        for (String rows : List.of(
                "role_assignments",
                "teams",
                "team_seats",
                "users",
                "login_events",
                "api_tokens",
                "token_seats",
                "sign_ins",
                "roles WHERE NOT built_in")) {
            var _ = get(database.client().sql("DELETE FROM " + rows).fetch().rowsUpdated());
        }
    }

    public static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    public static Reason refused(Mono<?> call) {
        var reason = new ArrayList<Reason>();
        assertThatThrownBy(() -> call.block(PATIENCE))
                .isInstanceOfSatisfying(Refusal.class, refusal -> reason.add(refusal.reason()));
        return reason.getFirst();
    }

    public User user(String name) {
        return get(users.create(name, new Users.Draft(null, true, false, "hash")));
    }

    public Role role(String name) {
        return get(roles.named(name));
    }
}
