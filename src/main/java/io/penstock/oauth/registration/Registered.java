package io.penstock.oauth.registration;

import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server said when this gateway registered (RFC 7591, 3.2.1).
 *
 * @param left how long the secret is good; null for ever
 * @param management where the registration can be changed (RFC 7592); null where it cannot
 * @param managementToken what that takes; null where it cannot
 */
record Registered(
        Client client,
        @Nullable Duration left,
        @Nullable URI management,
        @Nullable Secret managementToken) {}
