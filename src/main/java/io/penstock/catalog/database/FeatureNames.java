package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds free public names, in the transaction of those who write them. */
@Component
public final class FeatureNames {

    /** The kinds that are called by name; a resource is read by its URI, which two upstreams may both offer. */
    private static final List<Feature.Kind> NAMED = List.of(Feature.Kind.TOOL, Feature.Kind.PROMPT);

    private static final String TAKEN =
            "SELECT unique_name FROM features WHERE kind = :kind AND unique_name = ANY(:names)";

    private static final String ORIGINALS =
            "SELECT original_name FROM features WHERE gateway_id = :gateway AND kind = :kind";

    /** All names go before new ones come, since a new one may be what another feature of the gateway is still called. */
    private static final String RELEASE =
            "UPDATE features SET unique_name = NULL WHERE gateway_id = :gateway AND unique_name IS NOT NULL";

    private static final String RENAME = """
            UPDATE features SET name = $1, unique_name = $1, updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE gateway_id = $2 AND kind = $3 AND original_name = $4
            """;

    private final DatabaseClient database;

    FeatureNames(DatabaseClient database) {
        this.database = database;
    }

    public static boolean named(Feature.Kind kind) {
        return NAMED.contains(kind);
    }

    /** Public names by original ones, none of which another row has. */
    Mono<Map<String, String>> assign(UUID gateway, String slug, Feature.Kind kind, Collection<String> originals) {
        if (!named(kind) || originals.isEmpty()) {
            return Mono.just(originals.stream().distinct().collect(Collectors.toMap(name -> name, name -> name)));
        }
        var candidates = PublicNames.candidates(slug, gateway, originals);
        return database.sql(TAKEN)
                .bind("kind", kind.name())
                .bind("names", candidates.toArray(String[]::new))
                .map(row -> Columns.get(row, "unique_name", String.class))
                .all()
                .collect(Collectors.toSet())
                .map(taken -> PublicNames.assign(slug, gateway, originals, taken));
    }

    /** Names what a gateway offers after its new slug. */
    Mono<Void> rename(UUID gateway, String slug) {
        return database.sql(RELEASE)
                .bind("gateway", gateway)
                .then()
                .thenMany(Flux.fromIterable(NAMED))
                .concatMap(kind -> rename(gateway, slug, kind))
                .then();
    }

    private Mono<Void> rename(UUID gateway, String slug, Feature.Kind kind) {
        return database.sql(ORIGINALS)
                .bind("gateway", gateway)
                .bind("kind", kind.name())
                .map(row -> Columns.get(row, "original_name", String.class))
                .all()
                .collectList()
                .flatMap(originals -> assign(gateway, slug, kind, new TreeSet<>(originals)))
                .flatMap(names -> {
                    var rows = new ArrayList<Object[]>();
                    names.forEach((original, name) -> rows.add(new Object[] {name, gateway, kind.name(), original}));
                    return Batch.run(database, RENAME, rows);
                });
    }
}
