package io.penstock.api.gateways;

import io.penstock.egress.Destinations;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whom an address leads to. */
final class Endpoints {

    private Endpoints() {}

    private record Endpoint(
            @Nullable String scheme, @Nullable String host, int port) {

        static Endpoint of(URI url) {
            var https = "https".equalsIgnoreCase(url.getScheme());
            var port = url.getPort() >= 0 ? url.getPort() : https ? 443 : 80;
            return new Endpoint(lower(url.getScheme()), lower(url.getHost()), port);
        }

        private static @Nullable String lower(@Nullable String text) {
            return text == null ? null : text.toLowerCase(Locale.ROOT);
        }
    }

    /** Whether both have the same scheme, host and port, or both are none. */
    static boolean same(@Nullable URI some, @Nullable URI other) {
        return (some == null || other == null)
                ? Objects.equals(some, other)
                : Endpoint.of(some).equals(Endpoint.of(other));
    }

    /** What is wrong with an address that codes and secrets go to; null where it is right (RFC 6749, 3.1.2.1; RFC 8252, 7.3). */
    static @Nullable String refused(URI url) {
        return Destinations.isConfidential(url)
                ? null
                : "must begin with https://; only a loopback address may do without";
    }
}
