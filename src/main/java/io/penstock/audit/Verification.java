package io.penstock.audit;

import io.penstock.audit.Chain.Link;
import io.penstock.vault.Vault;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks that the trail is what was written: every hash, every seal, and that no chain is missing that another one names. */
final class Verification {

    /** More are not told one by one. */
    private static final int MOST_FINDINGS = 100;

    private final Ledger ledger;
    private final Vault vault;

    Verification(Ledger ledger, Vault vault) {
        this.ledger = ledger;
        this.vault = vault;
    }

    /** Reads everything once. Never empty. Error: that of the ledger. */
    Mono<Proof.Verified> run() {
        return ledger.chains().collectList().flatMap(this::run);
    }

    private Mono<Proof.Verified> run(List<Chain> chains) {
        List<String> findings = new ArrayList<>();
        Consumer<String> find = finding -> {
            if (findings.size() < MOST_FINDINGS) {
                findings.add(finding);
            }
        };
        Set<UUID> there = chains.stream().map(Chain::id).collect(Collectors.toSet());
        chains.stream()
                .filter(chain -> chain.previous() != null && !there.contains(chain.previous()))
                .forEach(chain -> find.accept(
                        "Chain " + chain.previous() + " is missing: chain " + chain.id() + " began after it"));
        return Flux.fromIterable(chains)
                .concatMap(chain -> follow(chain, chains, find))
                .reduce(0L, Long::sum)
                .zipWith(
                        ledger.unchained(),
                        (entries, unchained) -> new Proof.Verified(chains.size(), entries, unchained, findings));
    }

    private Mono<Long> follow(Chain chain, List<Chain> all, Consumer<String> find) {
        return Mono.defer(() -> {
            var walk = new Walk(
                    chain,
                    all.stream()
                            .filter(one -> chain.id().equals(one.previous()))
                            .toList(),
                    find);
            return ledger.links(chain.id()).doOnNext(walk::step).then(Mono.fromSupplier(walk::end));
        });
    }

    /** A walk along one chain. */
    private final class Walk {

        private final Chain chain;
        private final List<Chain> followers;
        private final Consumer<String> find;
        private long place;
        private String hash;
        private boolean broken;

        /** @param followers the chains that name a head of this one */
        Walk(Chain chain, List<Chain> followers, Consumer<String> find) {
            this.chain = chain;
            this.followers = followers;
            this.find = find;
            this.hash = chain.beginning();
            checkFollowers();
        }

        /** What came after the head was read is for the next verification. */
        void step(Link link) {
            if (broken || place == chain.places()) {
                return;
            }
            place++;
            hash = Chain.hash(hash, place, link.recorded());
            if (link.place() != place) {
                broken("is missing");
            } else if (!hash.equals(link.hash())) {
                broken("was changed");
            } else {
                checkFollowers();
            }
        }

        private void broken(String how) {
            broken = true;
            find.accept("The entry at place " + place + " of chain " + chain.id() + " " + how);
        }

        private void checkFollowers() {
            for (Chain follower : followers) {
                if (follower.previousPlaces() == place
                        && !follower.previousHead().equals(hash)) {
                    find.accept("Chain " + chain.id() + " is not what it was when chain " + follower.id()
                            + " began after its place " + place);
                }
            }
        }

        /** How many entries were walked along. */
        long end() {
            if (broken) {
                return place;
            }
            if (place != chain.places()) {
                find.accept(
                        "Chain " + chain.id() + " has " + place + " entries, and was noted to have " + chain.places());
            } else if (!hash.equals(chain.head()) || !isSealed()) {
                find.accept("The head of chain " + chain.id() + " is not the one that was sealed");
            }
            followers.stream()
                    .filter(follower -> follower.previousPlaces() > place)
                    .forEach(follower -> find.accept("Chain " + chain.id() + " is shorter than when chain "
                            + follower.id() + " began after its place " + follower.previousPlaces()));
            return place;
        }

        private boolean isSealed() {
            try {
                byte[] sealed = vault.open(chain.sealed(), Chain.context(chain.id()));
                return MessageDigest.isEqual(sealed, Chain.toSeal(chain.places(), chain.head()));
            } catch (Vault.SealBroken e) {
                return false;
            }
        }
    }
}
