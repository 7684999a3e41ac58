package io.penstock.oauth.token;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.egress.Egress;
import io.penstock.vault.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Asks token endpoints for tokens: one POST, no redirect followed, an answer of at most 64 KiB within 10 s. */
@Component
public final class TokenEndpoint {

    /** Shorter than a lease, so that nobody else begins before this ends. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LARGEST = 64 * 1024;

    private final Egress egress;

    TokenEndpoint(Egress egress) {
        this.egress = egress;
    }

    /** For the gateway itself (RFC 6749, 4.4.2). Error: {@link TokenRefused}. */
    Mono<Granted> clientCredentials(OAuthConfig config, URI resource) {
        var form = form("client_credentials", config, resource);
        if (!config.scopes().isEmpty()) {
            form.put("scope", String.join(" ", config.scopes()));
        }
        return ask(config, form);
    }

    /** With the refresh token of a user (RFC 6749, 6). Error: {@link TokenRefused}. */
    Mono<Granted> refresh(OAuthConfig config, URI resource, Secret token) {
        var form = form("refresh_token", config, resource);
        form.put("refresh_token", token.reveal());
        return ask(config, form);
    }

    /** With the code that a user came back with (RFC 6749, 4.1.3; RFC 7636, 4.5). Error: {@link TokenRefused}. */
    public Mono<Granted> code(OAuthConfig config, URI resource, URI redirect, Secret code, Secret verifier) {
        var form = form("authorization_code", config, resource);
        form.put("code", code.reveal());
        form.put("redirect_uri", redirect.toString());
        form.put("code_verifier", verifier.reveal());
        return ask(config, form);
    }

    /** Revokes a token (RFC 7009, 2.1), where the server can. Empty when it did. Error: it did not. */
    public Mono<Void> revoke(OAuthConfig config, Secret token, String hint) {
        URI url = config.revocationUrl();
        if (url == null) {
            return Mono.empty();
        }
        var form = new LinkedHashMap<String, String>();
        form.put("token", token.reveal());
        form.put("token_type_hint", hint);
        return post(url, config, form, TokenEndpoint::revoked).then();
    }

    private static Map<String, String> form(String grant, OAuthConfig config, URI resource) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", grant);
        String named = config.resource();
        form.put("resource", named == null ? resource.toString() : named);
        String audience = config.audience();
        if (audience != null) {
            form.put("audience", audience);
        }
        return form;
    }

    private Mono<Granted> ask(OAuthConfig config, Map<String, String> form) {
        return post(config.tokenUrl(), config, form, TokenEndpoint::read);
    }

    /** Reads an answer. */
    @FunctionalInterface
    private interface Reading<T> {

        T read(int status, byte[] body) throws TokenRefused;
    }

    private static Granted read(int status, byte[] body) throws TokenRefused {
        return TokenAnswer.read(status, body);
    }

    private static Boolean revoked(int status, byte[] body) throws TokenRefused {
        if (status != 200) {
            throw TokenRefused.failed("the revocation endpoint answered " + status);
        }
        return true;
    }

    private <T> Mono<T> post(URI url, OAuthConfig config, Map<String, String> form, Reading<T> reading) {
        return Mono.defer(() -> {
                    var body = encoded(identified(form, config)).getBytes(StandardCharsets.US_ASCII);
                    return egress.client()
                            .headers(headers -> {
                                headers.set(HttpHeaderNames.ACCEPT, "application/json");
                                headers.set(HttpHeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded");
                                if (config.clientAuth() == ClientAuth.CLIENT_SECRET_BASIC) {
                                    headers.set(HttpHeaderNames.AUTHORIZATION, basic(config));
                                }
                            })
                            .post()
                            .uri(url)
                            .send((request, out) -> out.sendObject(Unpooled.wrappedBuffer(body)))
                            .response((response, content) -> answer(response, content, reading))
                            .single();
                })
                .timeout(PATIENCE)
                .onErrorMap(error -> !(error instanceof TokenRefused), _ -> unreachable());
    }

    private static <T> Mono<T> answer(HttpClientResponse response, ByteBufFlux content, Reading<T> reading) {
        return content.asByteArray()
                .collect(ByteArrayOutputStream::new, TokenEndpoint::append)
                .handle((bytes, sink) -> {
                    try {
                        sink.next(reading.read(response.status().code(), bytes.toByteArray()));
                    } catch (TokenRefused refused) {
                        sink.error(refused);
                    }
                });
    }

    private static void append(ByteArrayOutputStream bytes, byte[] more) {
        if (bytes.size() + more.length > LARGEST) {
            throw Exceptions.propagate(new IOException("too large"));
        }
        bytes.writeBytes(more);
    }

    /** One text for every way not to reach it, so that nobody learns from it what listens where. */
    private static TokenRefused unreachable() {
        return TokenRefused.failed(
                "the token endpoint could not be reached, or did not answer in time: check token_url");
    }

    private static Map<String, String> identified(Map<String, String> form, OAuthConfig config) {
        var whole = new LinkedHashMap<>(form);
        Secret secret = config.clientSecret();
        switch (config.clientAuth()) {
            case CLIENT_SECRET_BASIC -> {}
            case CLIENT_SECRET_POST -> {
                whole.put("client_id", config.clientId());
                whole.put("client_secret", secret == null ? "" : secret.reveal());
            }
            case NONE -> whole.put("client_id", config.clientId());
        }
        return whole;
    }

    /** RFC 6749, 2.3.1: both are encoded as a form's before they are joined. */
    private static String basic(OAuthConfig config) {
        Secret secret = config.clientSecret();
        String pair = encoded(config.clientId()) + ":" + encoded(secret == null ? "" : secret.reveal());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
