package io.penstock.caller.jwt;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.penstock.egress.Bounded;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Reads a JWK set from its URL: a JSON document of at most 64 KiB, within 5 s, with at least one key to verify with. */
final class PublishedKeys {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LARGEST = 64 * 1024;
    private static final int WEAKEST_RSA = 2048;

    private PublishedKeys() {}

    /** Cold: one request for each subscription. Error: whatever kept it from reading; nothing of such an answer is used. */
    static Mono<List<JWK>> at(URI url, HttpClient client) {
        return at(url, client, PATIENCE);
    }

    static Mono<List<JWK>> at(URI url, HttpClient client, Duration patience) {
        return text(url, client, "application/jwk-set+json, application/json", patience)
                .map(PublishedKeys::parse);
    }

    /** What is there, as text. Error: whatever kept it from reading. */
    static Mono<String> text(URI url, HttpClient client, String accepted, Duration patience) {
        return client.headers(headers -> headers.set("accept", accepted))
                .get()
                .uri(url)
                .response(PublishedKeys::body)
                .single()
                .timeout(patience);
    }

    private static Mono<String> body(HttpClientResponse response, ByteBufFlux content) {
        if (response.status().code() != 200) {
            return Mono.error(new IOException("it answered " + response.status().code()));
        }
        return Bounded.read(content, LARGEST).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static List<JWK> parse(String body) {
        try {
            List<JWK> keys = JWKSet.parse(body).getKeys().stream()
                    .filter(PublishedKeys::verifies)
                    .map(JWK::toPublicJWK)
                    .toList();
            if (keys.isEmpty()) {
                throw Exceptions.propagate(new IOException("it holds no RSA key of 2048 bits or more and no EC key"));
            }
            return keys;
        } catch (ParseException e) {
            throw Exceptions.propagate(new IOException("it is no JWK set"));
        }
    }

    /** Symmetric keys are none to publish, and one among them would let anybody sign. */
    private static boolean verifies(JWK key) {
        return switch (key) {
            case RSAKey rsa -> rsa.size() >= WEAKEST_RSA;
            case ECKey ec -> true;
            default -> false;
        };
    }
}
