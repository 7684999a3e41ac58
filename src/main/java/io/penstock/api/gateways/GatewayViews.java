package io.penstock.api.gateways;

import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.health.Health;
import io.penstock.oauth.AuthorizeUrls;
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
        String url = gateway.auth().isConnected() ? urls.of(gateway.id()) : null;
        return features.counts(gateway.id())
                .map(counts -> GatewayView.of(gateway, counts, url, health.circuit(gateway.id())));
    }
}
