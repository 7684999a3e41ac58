package io.penstock.oauth;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows as a test puts them; all of Ann's can be revoked where they came from. */
public final class MemoryConnections implements Connections {

    public final List<Connection> rows = new CopyOnWriteArrayList<>();

    private record Gone(Connection row) implements Forgotten {

        @Override
        public UUID id() {
            return row.id();
        }

        @Override
        public long version() {
            return row.version();
        }
    }

    @Override
    public Flux<Connection> list(Query query, int limit, @Nullable Place before) {
        return Flux.fromIterable(rows)
                .filter(row -> query.ids() == null || query.ids().contains(row.id()))
                .filter(row -> query.user() == null || query.user().equals(row.user()))
                .filter(row -> query.gateway() == null || query.gateway().equals(row.gatewayId()))
                .filter(row -> query.status() == null || query.status() == row.status())
                .take(limit);
    }

    @Override
    public Flux<Forgotten> forget(Query query) {
        return list(query, Integer.MAX_VALUE, null).doOnNext(rows::remove).map(Gone::new);
    }

    @Override
    public Mono<Void> cut(Query query) {
        return forget(query).then();
    }

    @Override
    public Mono<Long> revokeAtProviders(Collection<Forgotten> tokens) {
        return Flux.fromIterable(tokens)
                .filter(token -> Objects.equals(((Gone) token).row().user(), "ann@example.com"))
                .count();
    }
}
