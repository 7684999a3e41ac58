package io.penstock.store.sealed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.store.Database;
import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.vault.Vault;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A table with a column of sealed values that stay and one of such that go by themselves. */
final class Things {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Database database;

    Things(Database database) {
        this.database = database;
        run("CREATE TABLE things (id UUID PRIMARY KEY, owner VARCHAR NOT NULL, held BYTEA, fleeting VARCHAR)");
    }

    static List<SealedColumn> columns() {
        return List.of(
                new Lasting(
                        "things",
                        "held",
                        "id",
                        UUID.class,
                        List.of("owner"),
                        row -> context(row.get("id", UUID.class), row.get("owner", String.class))),
                new SealedColumn.Passing("things", "fleeting", true));
    }

    static String context(UUID id, String owner) {
        return "things|held|" + id + "|" + owner;
    }

    /** Makes some, with values that say who they are. */
    List<UUID> make(int number, Vault vault) {
        return Flux.range(0, number)
                .flatMap(
                        _ -> {
                            var id = UUID.randomUUID();
                            return database.client()
                                    .sql("INSERT INTO things VALUES (:id, 'ann', :held, :fleeting)")
                                    .bind("id", id)
                                    .bind("held", vault.seal(("first " + id).getBytes(UTF_8), context(id, "ann")))
                                    .bind(
                                            "fleeting",
                                            Base64.getEncoder().encodeToString(vault.seal(new byte[9], "fleeting")))
                                    .fetch()
                                    .rowsUpdated()
                                    .thenReturn(id);
                        },
                        4)
                .collectList()
                .block(PATIENCE);
    }

    Mono<Long> change(UUID id, String text, Vault vault) {
        return put(id, vault.seal(text.getBytes(UTF_8), context(id, "ann")));
    }

    Mono<Long> put(UUID id, byte[] sealed) {
        return database.client()
                .sql("UPDATE things SET held = :held WHERE id = :id")
                .bind("held", sealed)
                .bind("id", id)
                .fetch()
                .rowsUpdated();
    }

    byte[] sealed(UUID id) {
        return database.client()
                .sql("SELECT held FROM things WHERE id = :id")
                .bind("id", id)
                .map(row -> row.get("held", byte[].class))
                .one()
                .block(PATIENCE);
    }

    /** What all hold, as that vault opens it. */
    Map<UUID, String> open(Vault vault) {
        return database.client()
                .sql("SELECT id, held FROM things")
                .map(row -> Map.entry(row.get("id", UUID.class), row.get("held", byte[].class)))
                .all()
                .collectMap(Map.Entry::getKey, row -> opened(vault, row.getValue(), context(row.getKey(), "ann")))
                .block(PATIENCE);
    }

    private static String opened(Vault vault, byte[] sealed, String context) {
        try {
            return new String(vault.open(sealed, context), UTF_8);
        } catch (Vault.SealBroken _) {
            return "broken";
        }
    }

    void run(String sql) {
        var _ = database.client().sql(sql).fetch().rowsUpdated().block(PATIENCE);
    }
}
