package io.penstock.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The registered upstreams as rows. The path of a call reads {@link Catalog} instead. */
public interface Gateways {

    /** What a user decides of a gateway; a null {@code auth} keeps the stored credential, a null {@code tls} what TLS goes by. */
    record Draft(
            String name,
            URI url,
            @Nullable String description,
            Transport transport,
            @Nullable UpstreamAuth auth,
            Visibility visibility,
            @Nullable String teamId,
            List<String> tags,
            List<String> passthroughHeaders,
            @Nullable Duration checkInterval,
            DriftPolicy driftPolicy,
            boolean repeatIdempotentCalls,
            @Nullable UpstreamTls tls) {}

    /** Inserts it, due for check and discovery at once. Error: {@code Conflict} where the name or its slug is taken. */
    Mono<Gateway> create(Draft draft, String owner);

    /** Empty where there is none. */
    Mono<Gateway> find(UUID id);

    /**
     * Newest first. Visibility is part of the query, so that a page is full.
     *
     * @param before the last row of the page before; null for the first page
     */
    Flux<Gateway> list(Viewer viewer, Filter filter, int limit, @Nullable Cursor before);

    /**
     * Error: {@code Stale} where {@code version} is not the current one, {@code Conflict} where the name is taken. Empty where there is none.
     * A changed url, transport or credential makes it due for check and discovery at once.
     */
    Mono<Gateway> update(UUID id, Draft draft, long version);

    /** Error: {@code Stale} where {@code version} is not the current one. Empty where there is none. */
    Mono<Gateway> enable(UUID id, boolean enabled, long version);

    /**
     * Deletes it with what it offers and its events. True where there was one; error: {@code Stale}.
     *
     * @param first what is done before, in the same transaction, while nothing can be added to it any more; nothing where there is none
     */
    Mono<Boolean> delete(UUID id, long version, Mono<Void> first);

    /** Opens a gateway's credential. Error where it does not open: a changed key or a swapped row, never a fallback. */
    Mono<UpstreamAuth> open(Gateway gateway);

    /** Opens what TLS with a gateway's upstream goes by; {@link UpstreamTls#NONE} where that is the platform's. Error: as {@link #open}. */
    Mono<UpstreamTls> openTls(Gateway gateway);

    /** Claims up to {@code limit} enabled gateways whose check is due, leased to this replica. */
    Flux<Gateway> claimDue(int limit, Duration lease);

    /**
     * Writes what a check saw and when the next is due, and ends the lease. Gives whether it did: it writes nothing where the url, transport
     * or credential was replaced since the gateway was read, or where another replica holds the lease by now.
     *
     * @param gateway the gateway as it was checked
     */
    Mono<Boolean> checked(Gateway gateway, Gateway.Condition condition, Heard heard, Duration nextIn);

    /**
     * What a check had of an upstream, from nothing to all that it offers.
     *
     * @param reading the number of the reading that has all that it offers; null for none
     */
    record Heard(boolean answered, @Nullable Long reading) {

        public static final Heard NOTHING = new Heard(false, null);
        public static final Heard ANSWER = new Heard(true, null);

        /** Counts as read only where the upstream has not said since the reading began that it offers something else. */
        public static Heard offers(long reading) {
            return new Heard(true, reading);
        }
    }

    /** Makes a gateway due for discovery, because its upstream said that it offers something else now; soon, and never twice at once. */
    Mono<Void> stale(UUID id);

    /** Begins a reading of what it offers, and gives its number: higher than that of any that began before. Empty where there is none. */
    Mono<Long> beginReading(UUID id);

    /** Newest first. */
    Flux<GatewayEvent> events(UUID id, int limit, @Nullable Cursor before);

    Mono<Void> addEvent(UUID id, GatewayEvent.Kind kind, String detailJson);
}
