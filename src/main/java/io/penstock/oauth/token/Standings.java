package io.penstock.oauth.token;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which tokens still are what their rows hold, asked for many at once and without opening one. */
@Component
final class Standings {

    private static final int AT_ONCE = 5_000;

    private static final String SELECT =
            "SELECT id, authority, version FROM oauth_tokens WHERE id = ANY(:ids) AND status = 'VALID'";

    private final DatabaseClient database;

    Standings(DatabaseClient database) {
        this.database = database;
    }

    /** What tells one token from all others. */
    record Standing(UUID id, String authority, long version) {

        static Standing of(StoredToken token) {
            return new Standing(token.id(), token.key().authority(), token.version());
        }

        private static Standing of(Readable row) {
            return new Standing(
                    Objects.requireNonNull(row.get("id", UUID.class)),
                    Objects.requireNonNull(row.get("authority", String.class)),
                    Objects.requireNonNull(row.get("version", Long.class)));
        }
    }

    /** Those rows as they are now, without those that are gone and those whose users have to agree again. Never empty. */
    Mono<Set<Standing>> of(Collection<UUID> ids) {
        return Flux.fromIterable(ids)
                .buffer(AT_ONCE)
                .concatMap(some -> database.sql(SELECT)
                        .bind("ids", some.toArray(UUID[]::new))
                        .map(Standing::of)
                        .all())
                .collect(Collectors.toSet());
    }
}
