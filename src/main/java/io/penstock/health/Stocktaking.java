package io.penstock.health;

import io.penstock.catalog.Feature.Kind;
import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads everything that an upstream offers, of the kinds that it declares. */
record Stocktaking(Duration patience) {

    private static final int METHOD_NOT_FOUND = -32601;

    /** Never errors because the upstream does. */
    Mono<Inventory> of(Dialogue dialogue) {
        return Flux.just(Kind.values())
                .map(Offer::of)
                .concatMap(offer -> listing(dialogue, offer))
                .collectList()
                .timeout(patience, Mono.error(this::late))
                .map(listings -> new Inventory(dialogue.greeting(), listings, null))
                .onErrorResume(
                        Refusal.class, failure -> Mono.just(new Inventory(dialogue.greeting(), List.of(), failure)));
    }

    private Refusal late() {
        return new Refusal(new Reason.UpstreamTimedOut(
                "upstream did not list what it offers within " + patience.toSeconds() + " s"));
    }

    private static Mono<Listing> listing(Dialogue dialogue, Offer offer) {
        var listing = new Listing(offer);
        boolean declared = JsonParts.members(dialogue.greeting().capabilities()).containsKey(offer.capability());
        return (declared ? page(dialogue, offer, listing, null) : Mono.<Void>empty())
                .onErrorResume(
                        UpstreamError.class,
                        error -> error.code() == METHOD_NOT_FOUND
                                ? Mono.empty()
                                : Mono.error(new Refusal(
                                        new Reason.UpstreamFailed(String.valueOf(error.getMessage()), null))))
                .thenReturn(listing);
    }

    /** Reads the page at a cursor, given as JSON text, and those after it. */
    private static Mono<Void> page(Dialogue dialogue, Offer offer, Listing listing, @Nullable String cursor) {
        return dialogue.request(offer.method(), cursor == null ? null : "{\"cursor\":" + cursor + "}")
                .flatMap(result -> Mono.justOrEmpty(listing.add(result)))
                .flatMap(next -> page(dialogue, offer, listing, next));
    }
}
