package io.penstock.catalog.database;

import io.penstock.catalog.Slug;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Only its owner, or an administrator, gives the name of a gateway to a virtual server as well, or the other way round: who asks for a name
 * ({@code /api/execute/github}) would reach the other one, which whoever may make servers could have made for that (decision 0031).
 */
final class Namesakes {

    private Namesakes() {}

    /** Error: {@code Conflict} where somebody else's virtual server has the slug that a gateway of that name gets. */
    static Mono<Void> noServer(DatabaseClient database, String name, String owner) {
        return none(database, "servers", name, owner, "virtual server");
    }

    /** Error: {@code Conflict} where somebody else's gateway has the slug that a virtual server of that name gets. */
    static Mono<Void> noGateway(DatabaseClient database, String name, Viewer viewer) {
        return viewer.all() ? Mono.empty() : none(database, "gateways", name, viewer.user(), "gateway");
    }

    private static Mono<Void> none(DatabaseClient database, String table, String name, String owner, String kind) {
        return database.sql("SELECT id FROM " + table + " WHERE slug = :slug AND owner <> :owner")
                .bind("slug", Slug.of(name))
                .bind("owner", owner)
                .fetch()
                .first()
                .flatMap(
                        _ -> Mono.error(
                                () -> new Refusal(
                                        new Reason.Conflict(
                                                "The name \"" + name + "\" gives the slug \""
                                                        + Slug.of(name) + "\", which somebody else's " + kind
                                                        + " has, and clients that ask for it by name would reach the other: choose another name"))));
    }
}
