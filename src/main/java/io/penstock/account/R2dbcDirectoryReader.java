package io.penstock.account;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reads from the database of those users alone of whom there is something to know. */
@Component
final class R2dbcDirectoryReader implements DirectoryReader {

    private static final String UNUSUAL =
            "SELECT name, enabled, must_change_password FROM users WHERE NOT enabled OR must_change_password";

    private static final String MEMBERS = "SELECT team_id, user_name FROM team_members";

    private static final String ROLES = """
            SELECT u.name AS user_name, a.role_id, a.team_id
            FROM role_assignments a JOIN users u ON u.id = a.user_id
            """;

    private static final String SIGN_INS = "SELECT user_name, generation FROM sign_ins";

    private static final int MOST = 100_000;

    private final DatabaseClient database;
    private final Roles roles;

    R2dbcDirectoryReader(DatabaseClient database, Roles roles) {
        this.database = database;
        this.roles = roles;
    }

    private record Unusual(String user, boolean enabled, boolean mustChange) {}

    private record Member(String user, String team) {}

    private record SignIns(String user, long generation) {}

    private record Has(String user, UUID role, String team) {}

    /** What the roles allow is read last: a role is never deleted while somebody has it. */
    @Override
    public Mono<Map<String, Known>> read() {
        return Mono.zip(unusual(), members(), signIns(), has())
                .flatMap(rows -> roles.list(MOST, null)
                        .collect(Collectors.toMap(Role::id, role -> role))
                        .map(known -> {
                            var notes = new HashMap<String, Known.Notes>();
                            rows.getT3().forEach(row -> of(notes, row.user()).signIns(row.generation()));
                            return put(notes, rows.getT1(), rows.getT2(), rows.getT4(), known);
                        }));
    }

    private static Map<String, Known> put(
            Map<String, Known.Notes> notes,
            List<Unusual> unusual,
            List<Member> members,
            List<Has> assigned,
            Map<UUID, Role> roles) {
        unusual.forEach(row -> of(notes, row.user()).user(row.enabled(), row.mustChange()));
        members.forEach(row -> of(notes, row.user()).member(row.team()));
        for (Has row : assigned) {
            Role role = roles.get(row.role());
            if (role != null) {
                of(notes, row.user()).role(role, row.team().isEmpty() ? null : row.team());
            }
        }
        return notes.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().known()));
    }

    private static Known.Notes of(Map<String, Known.Notes> notes, String user) {
        return notes.computeIfAbsent(user, _ -> new Known.Notes());
    }

    private Mono<List<Unusual>> unusual() {
        return database.sql(UNUSUAL)
                .map(row -> new Unusual(
                        Rows.get(row, "name", String.class),
                        Rows.get(row, "enabled", Boolean.class),
                        Rows.get(row, "must_change_password", Boolean.class)))
                .all()
                .collectList();
    }

    private Mono<List<Member>> members() {
        return database.sql(MEMBERS)
                .map(row ->
                        new Member(Rows.get(row, "user_name", String.class), Rows.get(row, "team_id", String.class)))
                .all()
                .collectList();
    }

    private Mono<List<SignIns>> signIns() {
        return database.sql(SIGN_INS)
                .map(row ->
                        new SignIns(Rows.get(row, "user_name", String.class), Rows.get(row, "generation", Long.class)))
                .all()
                .collectList();
    }

    private Mono<List<Has>> has() {
        return database.sql(ROLES)
                .map(row -> new Has(
                        Rows.get(row, "user_name", String.class),
                        Rows.get(row, "role_id", UUID.class),
                        Objects.requireNonNullElse(row.get("team_id", String.class), "")))
                .all()
                .collectList();
    }
}
