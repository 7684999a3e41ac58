package io.penstock.audit;

import io.penstock.vault.Vault;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Proves the trail by its chains. */
public final class ChainedProof implements Proof {

    private final Ledger ledger;
    private final Vault vault;

    ChainedProof(Ledger ledger, Vault vault) {
        this.ledger = ledger;
        this.vault = vault;
    }

    /** Of an export. Reading it errors with {@link java.io.IOException}, or {@link IllegalArgumentException} where it is none. */
    public static Proof of(Path export, Vault vault) {
        return new ChainedProof(new ExportedLedger(export), vault);
    }

    @Override
    public Mono<Verified> verify() {
        return new Verification(ledger, vault).run();
    }

    @Override
    public Flux<String> export() {
        return ledger.chains()
                .collectList()
                .flatMapIterable(chains -> chains)
                .concatMap(chain -> Flux.concat(
                        Flux.just(ExportedLines.of(chain)),
                        ledger.links(chain.id())
                                .takeWhile(link -> link.place() <= chain.places())
                                .map(ExportedLines::of)));
    }
}
