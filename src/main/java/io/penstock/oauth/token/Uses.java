package io.penstock.oauth.token;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Which tokens were used, written now and then: a token's cleanup looks at when that was last. */
@Component
final class Uses {

    private final Set<UUID> used = ConcurrentHashMap.newKeySet();
    private final DatabaseClient database;

    Uses(DatabaseClient database) {
        this.database = database;
    }

    void note(UUID token) {
        if (!used.contains(token)) {
            used.add(token);
        }
    }

    /** One round: writes those that were used since the last one; what could not be written is written by the next. */
    Mono<Void> write() {
        return Mono.defer(() -> {
            UUID[] ids = used.toArray(UUID[]::new);
            return ids.length == 0
                    ? Mono.empty()
                    : database.sql("UPDATE oauth_tokens SET last_used_at = CURRENT_TIMESTAMP WHERE id = ANY(:ids)")
                            .bind("ids", ids)
                            .then()
                            .doOnSuccess(_ -> used.removeAll(Set.of(ids)));
        });
    }
}
