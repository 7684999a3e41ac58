package io.penstock.audit;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Shows that the audit trail is what was written. */
public interface Proof {

    /** Reads the whole trail and says what is wrong with it. Never empty. */
    Mono<Verified> verify();

    /** The trail as lines of JSON, an object each: chains, each with its entries after it. The command {@code audit} verifies them. */
    Flux<String> export();

    /**
     * What a verification found.
     *
     * @param chains how many chains there are: one for each process that wrote entries
     * @param entries how many entries have a place in a chain
     * @param unchained how many have none yet: those of the last second, unless nothing runs that could give them one
     * @param findings what is wrong, a sentence each; empty where the trail is whole
     */
    record Verified(int chains, long entries, long unchained, List<String> findings) {

        public Verified {
            findings = List.copyOf(findings);
        }
    }
}
