package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.Rows;
import io.penstock.account.Seats;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import io.penstock.store.Changes;
import io.r2dbc.spi.Readable;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of members; whoever changes them holds the team's row. */
@Component
final class Memberships {

    private static final String SELECT =
            "SELECT team_id, user_name, standing, created_at FROM team_members WHERE team_id = :team";

    private static final String INSERT =
            "INSERT INTO team_members (team_id, user_name, standing) VALUES (:team, :user, :standing)";

    private static final String ROLES_THERE = """
            DELETE FROM role_assignments
            WHERE team_id = :team AND user_id IN (SELECT u.id FROM users u WHERE u.name = :user)
            """;

    private static final Comparator<Position> ORDER =
            Comparator.comparing(Position::at).thenComparing(Position::id);

    private final DatabaseClient database;
    private final Changes changes;

    Memberships(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    /** A team has no more members than it may have, so each page is cut out of all of them. */
    Flux<Member> of(String team, int limit, @Nullable Position after) {
        return database.sql(SELECT)
                .bind("team", team)
                .map(Memberships::member)
                .all()
                .filter(member -> after == null || ORDER.compare(position(member), after) > 0)
                .sort(Comparator.comparing(Memberships::position, ORDER))
                .take(limit);
    }

    private static Position position(Member member) {
        return new Position(member.since(), member.pageKey());
    }

    Mono<Member> find(String team, String user) {
        return database.sql(SELECT + " AND user_name = :user")
                .bind("team", team)
                .bind("user", user)
                .map(Memberships::member)
                .one();
    }

    Mono<Member> add(Team team, String user, Standing standing, int mostTeams) {
        return find(team.id(), user)
                .flatMap(_ -> Mono.<Member>error(Rows.conflict("The user is a member of this team already")))
                .switchIfEmpty(Mono.defer(() -> team.members() < team.maxMembers()
                        ? Seats.TEAMS
                                .hold(database, user)
                                .then(hasRoom(user, mostTeams))
                                .then(insert(team.id(), user, standing))
                                .then(find(team.id(), user))
                        : Mono.error(
                                Rows.conflict("The team is full: it may have " + team.maxMembers() + " members"))));
    }

    private Mono<Void> hasRoom(String user, int mostTeams) {
        return count("SELECT COUNT(*) AS n FROM team_members WHERE user_name = :user", "user", user)
                .flatMap(teams -> teams < mostTeams
                        ? Mono.empty()
                        : Mono.error(Rows.conflict("A user may be in " + mostTeams + " teams, and this one is")));
    }

    private Mono<Void> insert(String team, String user, Standing standing) {
        return database.sql(INSERT)
                .bind("team", team)
                .bind("user", user)
                .bind("standing", standing.name())
                .then()
                .then(changes.announce(Changes.Topic.ACCOUNTS));
    }

    Mono<Member> promote(Member member, Standing standing) {
        return database.sql("UPDATE team_members SET standing = :standing WHERE team_id = :team AND user_name = :user")
                .bind("standing", standing.name())
                .bind("team", member.team())
                .bind("user", member.user())
                .then()
                .then(changes.announce(Changes.Topic.ACCOUNTS))
                .then(find(member.team(), member.user()));
    }

    Mono<Void> remove(Member member) {
        return run("DELETE FROM team_members WHERE team_id = :team AND user_name = :user", member)
                .then(run(ROLES_THERE, member))
                .then(changes.announce(Changes.Topic.ACCOUNTS));
    }

    /** Error: {@code Conflict} where this is the only owner. */
    Mono<Void> staysOwned(Member member) {
        if (member.standing() != Standing.OWNER) {
            return Mono.empty();
        }
        return count(
                        "SELECT COUNT(*) AS n FROM team_members WHERE team_id = :team AND standing = 'OWNER'",
                        "team",
                        member.team())
                .flatMap(owners -> owners > 1
                        ? Mono.empty()
                        : Mono.error(Rows.conflict(
                                "The team would be left without an owner: make another member its owner first")));
    }

    private Mono<Void> run(String sql, Member member) {
        return database.sql(sql)
                .bind("team", member.team())
                .bind("user", member.user())
                .then();
    }

    private Mono<Long> count(String sql, String name, String value) {
        return database.sql(sql)
                .bind(name, value)
                .map(row -> Rows.get(row, "n", Long.class))
                .one();
    }

    private static Member member(Readable row) {
        return new Member(
                Rows.get(row, "team_id", String.class),
                Rows.get(row, "user_name", String.class),
                Standing.valueOf(Rows.get(row, "standing", String.class)),
                Rows.instant(row, "created_at"));
    }
}
