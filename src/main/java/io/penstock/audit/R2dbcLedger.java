package io.penstock.audit;

import io.penstock.audit.Chain.Link;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The chains as rows, and the chain that this process makes. */
final class R2dbcLedger implements Ledger {

    private static final int BATCH = 500;
    private static final int PAGE = 1000;

    private static final String CHAIN =
            "SELECT id, began_at, previous, previous_places, previous_head, places, head, head_sealed FROM audit_chains";

    /** Rows of others' transactions that have not ended are taken by a later round. */
    private static final String UNCHAINED = "SELECT " + R2dbcTrail.COLUMNS + " FROM audit_trail WHERE place IS NULL"
            + " ORDER BY created_at, id LIMIT " + BATCH + " FOR UPDATE SKIP LOCKED";

    private final DatabaseClient client;
    private final Transactions transactions;
    private final Vault vault;
    private final UUID own = UUID.randomUUID();

    R2dbcLedger(DatabaseClient client, Transactions transactions, Vault vault) {
        this.client = client;
        this.transactions = transactions;
        this.vault = vault;
    }

    /** One round: puts what is committed and has no place yet at the end of this process's chain. */
    Mono<Void> extend() {
        return transactions
                .run(extendOnce())
                .repeat()
                .takeWhile(added -> added == BATCH)
                .then();
    }

    private Mono<Integer> extendOnce() {
        return client.sql(UNCHAINED)
                .map(R2dbcTrail::row)
                .all()
                .collectList()
                .filter(entries -> !entries.isEmpty())
                .flatMap(entries -> mine().switchIfEmpty(Mono.defer(this::begin))
                        .flatMap(chain -> append(chain, entries))
                        .thenReturn(entries.size()))
                .defaultIfEmpty(0);
    }

    private Mono<Chain> mine() {
        return client.sql(CHAIN + " WHERE id = $1 FOR UPDATE")
                .bind(0, own)
                .map(R2dbcLedger::chain)
                .one();
    }

    private Mono<Chain> begin() {
        return client.sql(CHAIN + " ORDER BY began_at DESC, id DESC LIMIT 1")
                .map(R2dbcLedger::chain)
                .one()
                .flatMap(last -> insert(last.id(), last.places(), last.head()))
                .switchIfEmpty(Mono.defer(() -> insert(null, 0, "")))
                .then(Mono.defer(this::mine));
    }

    private Mono<Long> insert(@Nullable UUID previous, long previousPlaces, String previousHead) {
        String head = Chain.beginning(own, previous, previousPlaces, previousHead);
        GenericExecuteSpec insert = client.sql("""
                        INSERT INTO audit_chains (id, previous, previous_places, previous_head, places, head, head_sealed)
                        VALUES ($1, $2, $3, $4, 0, $5, $6)
                        """)
                .bind(0, own)
                .bind(2, previousPlaces)
                .bind(3, previousHead)
                .bind(4, head)
                .bind(5, seal(0, head));
        return (previous == null ? insert.bindNull(1, UUID.class) : insert.bind(1, previous))
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> append(Chain chain, List<Trail.Recorded> entries) {
        return Mono.defer(() -> {
            var places = new long[] {chain.places()};
            var head = new String[] {chain.head()};
            return Flux.fromIterable(entries)
                    .concatMap(entry -> {
                        places[0]++;
                        head[0] = Chain.hash(head[0], places[0], entry);
                        return place(entry.id(), places[0], head[0]);
                    })
                    .then(Mono.defer(() -> moveHead(places[0], head[0])));
        });
    }

    private Mono<Long> place(UUID entry, long place, String hash) {
        return client.sql("UPDATE audit_trail SET chain = $1, place = $2, hash = $3 WHERE id = $4")
                .bind(0, own)
                .bind(1, place)
                .bind(2, hash)
                .bind(3, entry)
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> moveHead(long places, String head) {
        return client.sql("UPDATE audit_chains SET places = $1, head = $2, head_sealed = $3 WHERE id = $4")
                .bind(0, places)
                .bind(1, head)
                .bind(2, seal(places, head))
                .bind(3, own)
                .fetch()
                .rowsUpdated()
                .then();
    }

    private byte[] seal(long places, String head) {
        return vault.seal(Chain.toSeal(places, head), Chain.context(own));
    }

    @Override
    public Flux<Chain> chains() {
        return client.sql(CHAIN + " ORDER BY began_at, id")
                .map(R2dbcLedger::chain)
                .all();
    }

    @Override
    public Flux<Link> links(UUID chain) {
        return page(chain, 0)
                .expand(page -> page.size() < PAGE
                        ? Mono.empty()
                        : page(chain, page.getLast().place()))
                .concatMapIterable(page -> page);
    }

    private Mono<List<Link>> page(UUID chain, long after) {
        return client.sql("SELECT chain, place, hash, " + R2dbcTrail.COLUMNS
                        + " FROM audit_trail WHERE chain = $1 AND place > $2 ORDER BY place LIMIT " + PAGE)
                .bind(0, chain)
                .bind(1, after)
                .map(row -> new Link(
                        chain,
                        Objects.requireNonNull(row.get("place", Long.class)),
                        Objects.requireNonNull(row.get("hash", String.class)),
                        R2dbcTrail.row(row)))
                .all()
                .collectList();
    }

    @Override
    public Mono<Long> unchained() {
        return client.sql("SELECT COUNT(*) AS entries FROM audit_trail WHERE place IS NULL")
                .map(row -> Objects.requireNonNull(row.get("entries", Long.class)))
                .one();
    }

    private static Chain chain(Readable row) {
        return new Chain(
                Objects.requireNonNull(row.get("id", UUID.class)),
                Objects.requireNonNull(row.get("began_at", Instant.class)),
                row.get("previous", UUID.class),
                Objects.requireNonNull(row.get("previous_places", Long.class)),
                Objects.requireNonNull(row.get("previous_head", String.class)),
                Objects.requireNonNull(row.get("places", Long.class)),
                Objects.requireNonNull(row.get("head", String.class)),
                Objects.requireNonNull(row.get("head_sealed", byte[].class)));
    }
}
