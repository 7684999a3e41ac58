package io.penstock.api.gateways;

import io.penstock.catalog.Features;
import io.penstock.catalog.Features.Counts;
import io.penstock.catalog.Gateway;
import io.penstock.health.Health;
import io.penstock.oauth.AuthorizeUrls;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Gateways as clients read them, with what else is known of them. */
@Component
final class GatewayViews {

    private final Features features;
    private final AuthorizeUrls urls;
    private final Health health;

    GatewayViews(Features features, AuthorizeUrls urls, Health health) {
        this.features = features;
        this.urls = urls;
        this.health = health;
    }

    /** Never empty. */
    Mono<GatewayView> of(Gateway gateway) {
        return of(List.of(gateway)).map(List::getFirst);
    }

    /** In the order of the gateways; never empty. */
    Mono<List<GatewayView>> of(List<Gateway> shown) {
        return features.counts(shown.stream().map(Gateway::id).toList())
                .map(counts -> shown.stream()
                        .map(gateway -> of(gateway, counts.getOrDefault(gateway.id(), Counts.NONE)))
                        .toList());
    }

    private GatewayView of(Gateway gateway, Counts counts) {
        String url = gateway.auth().isConnected() ? urls.of(gateway.id()) : null;
        return GatewayView.of(gateway, counts, url, health.circuit(gateway.id()));
    }
}
