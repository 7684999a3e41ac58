package io.penstock.catalog.database;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.DraftRules;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Server;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Slug;
import io.penstock.catalog.Viewer;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Virtual servers in the database. */
@Component
final class R2dbcServers implements Servers {

    private static final String SELECT = "SELECT " + ServerRow.COLUMNS + " FROM servers s";

    private static final String INSERT = """
            INSERT INTO servers (id, owner, slug, name, description, visibility, team_id, tags, name_style, enabled,
                created_at, updated_at, version)
            VALUES (:id, :owner, :slug, :name, :description, :visibility, :teamId, :tags, :nameStyle, TRUE,
                CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1)
            """;

    private static final String UPDATE = """
            UPDATE servers
            SET slug = :slug, name = :name, description = :description, visibility = :visibility, team_id = :teamId,
                tags = :tags, name_style = :nameStyle, updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private static final String ENABLE = """
            UPDATE servers SET enabled = :enabled, updated_at = CURRENT_TIMESTAMP, version = version + 1 WHERE id = :id
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final ServerChoices choices;
    private final ServerNames names;

    R2dbcServers(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            ServerChoices choices,
            ServerNames names) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.choices = choices;
        this.names = names;
    }

    @Override
    public Mono<Server> create(Draft draft, Viewer viewer) {
        return Mono.defer(() -> {
            DraftRules.check(draft);
            var id = UUID.randomUUID();
            return transactions.run(choices.settle(draft.chosen(), Server.Chosen.NOTHING, viewer)
                    .flatMap(chosen -> Namesakes.noGateway(database, draft.name(), viewer)
                            .then(written(id, bind(INSERT, id, draft).bind("owner", viewer.user()), draft))
                            .then(chosen(id, draft, chosen, viewer)))
                    .then(find(id)));
        });
    }

    @Override
    public Mono<Server> find(UUID id) {
        return whole(database.sql(SELECT + " WHERE s.id = :id")
                        .bind("id", id)
                        .map(ServerRow::server)
                        .all())
                .next();
    }

    @Override
    public Flux<Server> list(Viewer viewer, Filter filter, int limit, @Nullable Cursor before) {
        return whole(new Selection()
                .visibleTo(viewer, "s")
                .matching(filter, "s", "s")
                .before(before, "s", "created_at")
                .page(database, SELECT, "s", "created_at", limit)
                .map(ServerRow::server)
                .all());
    }

    @Override
    public Mono<Server> update(UUID id, Draft draft, Viewer viewer, long version) {
        return Mono.defer(() -> {
            DraftRules.check(draft);
            return transactions.run(locked(id, version)
                    .flatMap(stored -> choices.settle(draft.chosen(), stored.chosen(), viewer)
                            .flatMap(chosen -> rewrite(stored, draft, chosen, viewer))));
        });
    }

    private Mono<Server> rewrite(Server stored, Draft draft, Server.Chosen chosen, Viewer viewer) {
        if (same(stored, draft, chosen)) {
            return Mono.just(stored);
        }
        var renamed = stored.slug().equals(Slug.of(draft.name()))
                ? Mono.<Void>empty()
                : Namesakes.noGateway(database, draft.name(), viewer);
        return renamed.then(written(stored.id(), bind(UPDATE, stored.id(), draft), draft))
                .then(chosen(stored.id(), draft, chosen, viewer))
                .then(find(stored.id()));
    }

    @Override
    public Mono<Server> enable(UUID id, boolean enabled, long version) {
        return transactions.run(locked(id, version).flatMap(stored -> {
            if (stored.enabled() == enabled) {
                return Mono.just(stored);
            }
            return database.sql(ENABLE)
                    .bind("enabled", enabled)
                    .bind("id", id)
                    .then()
                    .then(changes.announce(Changes.Topic.SERVERS, id))
                    .then(find(id));
        }));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return transactions.run(locked(id, version)
                .flatMap(_ -> database.sql("DELETE FROM servers WHERE id = :id")
                        .bind("id", id)
                        .then()
                        .then(changes.announce(Changes.Topic.SERVERS, id))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<Server.Chosen> visible(Server.Chosen chosen, Viewer viewer) {
        return choices.visible(chosen, viewer);
    }

    /** The rows with what they show, in their order. */
    private Flux<Server> whole(Flux<Server> rows) {
        return rows.collectList()
                .filter(servers -> !servers.isEmpty())
                .flatMap(servers -> choices.of(servers.stream().map(Server::id).toList())
                        .map(chosen -> ServerRow.with(servers, chosen)))
                .flatMapIterable(servers -> servers);
    }

    private Mono<Server> locked(UUID id, long version) {
        return database.sql("SELECT s.version FROM servers s WHERE s.id = :id FOR UPDATE")
                .bind("id", id)
                .map(row -> Columns.get(row, "version", Long.class))
                .one()
                .flatMap(stored -> stored == version ? find(id) : Mono.error(stale(stored, version)));
    }

    private static Refusal stale(long stored, long version) {
        return new Refusal(new Reason.Stale("The server was changed meanwhile: its version is " + stored + ", not "
                + version + ". Read it again and repeat the change"));
    }

    private Mono<Void> chosen(UUID id, Draft draft, Server.Chosen chosen, Viewer viewer) {
        return choices.write(id, chosen).then(names.check(id, draft.nameStyle(), viewer));
    }

    private Mono<Void> written(UUID id, DatabaseClient.GenericExecuteSpec statement, Draft draft) {
        return statement
                .then()
                .onErrorMap(
                        DuplicateKeyException.class,
                        _ -> new Refusal(new Reason.Conflict("The name \"" + draft.name() + "\" gives the slug \""
                                + Slug.of(draft.name())
                                + "\", which another server has: choose another name, or change that server")))
                .then(changes.announce(Changes.Topic.SERVERS, id));
    }

    private DatabaseClient.GenericExecuteSpec bind(String sql, UUID id, Draft draft) {
        return database.sql(sql)
                .bind("id", id)
                .bind("slug", Slug.of(draft.name()))
                .bind("name", draft.name())
                .bind("description", Columns.orNull(String.class, draft.description()))
                .bind("visibility", draft.visibility().name())
                .bind("teamId", Columns.orNull(String.class, draft.teamId()))
                .bind("tags", Columns.array(draft.tags()))
                .bind("nameStyle", draft.nameStyle().name());
    }

    private static boolean same(Server stored, Draft draft, Server.Chosen chosen) {
        return stored.name().equals(draft.name())
                && Objects.equals(stored.description(), draft.description())
                && stored.visibility() == draft.visibility()
                && Objects.equals(stored.teamId(), draft.teamId())
                && List.copyOf(draft.tags()).equals(stored.tags())
                && stored.nameStyle() == draft.nameStyle()
                && stored.chosen().equals(chosen);
    }
}
