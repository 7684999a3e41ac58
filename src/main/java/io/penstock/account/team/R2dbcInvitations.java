package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.Rows;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import io.penstock.caller.Digest;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Invitations in the database, where a token is its SHA-256: it is random, so nothing is guessed from that. */
@Component
final class R2dbcInvitations implements Invitations {

    private static final int TOKEN_BYTES = 32;
    private static final int MOST_OPEN = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String SELECT = """
            SELECT id, team_id, email, standing, invited_by, created_at, expires_at FROM team_invitations
            WHERE expires_at > CURRENT_TIMESTAMP
            """;

    private static final String INSERT = """
            INSERT INTO team_invitations (id, team_id, email, standing, token_hash, invited_by, expires_at)
            VALUES (:id, :team, :user, :standing, :hash, :by,
                CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT))
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Teams teams;

    R2dbcInvitations(DatabaseClient database, Transactions transactions, Teams teams) {
        this.database = database;
        this.transactions = transactions;
        this.teams = teams;
    }

    @Override
    public Mono<Made> invite(String team, String user, Standing standing, String by, Duration lifetime) {
        return Mono.defer(() -> {
            UUID id = UUID.randomUUID();
            String token = token();
            Mono<Void> insert = database.sql(INSERT)
                    .bind("id", id)
                    .bind("team", team)
                    .bind("user", user)
                    .bind("standing", standing.name())
                    .bind("hash", Digest.of(token).hex())
                    .bind("by", by)
                    .bind("seconds", lifetime.toSeconds())
                    .then();
            return transactions.run(lock(team)
                    .then(isNoMember(team, user))
                    .then(forget(team, user))
                    .then(hasRoom(team))
                    .then(insert)
                    .then(find(team, id))
                    .map(invitation -> new Made(invitation, token)));
        });
    }

    @Override
    public Flux<Invitation> open(String team, int limit, @Nullable Position before) {
        var statement = database.sql(SELECT + " AND team_id = :team" + Rows.after(before, "id")
                        + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                .bind("team", team)
                .bind("limit", limit);
        return Rows.at(before, statement).map(R2dbcInvitations::invitation).all();
    }

    @Override
    public Mono<Invitation> find(String team, UUID id) {
        return database.sql(SELECT + " AND id = :id AND team_id = :team")
                .bind("id", id)
                .bind("team", team)
                .map(R2dbcInvitations::invitation)
                .one();
    }

    @Override
    public Mono<Boolean> withdraw(String team, UUID id) {
        return database.sql("DELETE FROM team_invitations WHERE id = :id AND team_id = :team")
                .bind("id", id)
                .bind("team", team)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    @Override
    public Mono<Member> accept(String token, String user, int mostTeams) {
        return transactions.run(database.sql(SELECT + " AND token_hash = :hash AND email = :user")
                .bind("hash", Digest.of(token).hex())
                .bind("user", user)
                .map(R2dbcInvitations::invitation)
                .one()
                .flatMap(invitation -> withdraw(invitation.team(), invitation.id())
                        .filter(spent -> spent)
                        .flatMap(_ -> teams.join(invitation.team(), user, invitation.standing(), mostTeams))));
    }

    /** One at a time invites to a team. */
    private Mono<Void> lock(String team) {
        return database.sql("SELECT id FROM teams WHERE id = :team FOR UPDATE")
                .bind("team", team)
                .then();
    }

    private Mono<Void> isNoMember(String team, String user) {
        return teams.member(team, user)
                .flatMap(_ -> Mono.error(Rows.conflict("The user is a member of this team already")));
    }

    private Mono<Void> forget(String team, String user) {
        return database.sql("""
                        DELETE FROM team_invitations
                        WHERE team_id = :team AND (email = :user OR expires_at <= CURRENT_TIMESTAMP)
                        """).bind("team", team).bind("user", user).then();
    }

    private Mono<Void> hasRoom(String team) {
        return database.sql("SELECT COUNT(*) AS n FROM team_invitations WHERE team_id = :team")
                .bind("team", team)
                .map(row -> Rows.get(row, "n", Long.class))
                .one()
                .flatMap(open -> open < MOST_OPEN
                        ? Mono.empty()
                        : Mono.error(
                                Rows.conflict(MOST_OPEN + " invitations to this team are open: withdraw some first")));
    }

    private static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Invitation invitation(Readable row) {
        return new Invitation(
                Rows.get(row, "id", UUID.class),
                Rows.get(row, "team_id", String.class),
                Rows.get(row, "email", String.class),
                Standing.valueOf(Rows.get(row, "standing", String.class)),
                Rows.get(row, "invited_by", String.class),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "expires_at"));
    }
}
