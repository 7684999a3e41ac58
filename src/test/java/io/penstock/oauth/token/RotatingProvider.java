package io.penstock.oauth.token;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.vault.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * An authorization server that gives each refresh token for one use: who shows one a second time loses the whole family, as the rules
 * against stolen tokens want it (RFC 9700, 4.14.2).
 */
final class RotatingProvider implements AutoCloseable {

    static final String CLIENT = "agent one";
    static final String SECRET = "s3cret:/with signs";

    final AtomicInteger asked = new AtomicInteger();
    final List<Map<String, List<String>>> forms = new CopyOnWriteArrayList<>();
    volatile Duration slow = Duration.ZERO;
    volatile int lifetime = 3600;
    volatile int failing;
    volatile boolean rotates = true;

    /** Whether it knows a client by its header. */
    volatile Predicate<String> knows = basic()::equals;

    private final Set<String> spent = new HashSet<>();
    private final Set<String> good = new HashSet<>();
    private final List<String> given = new ArrayList<>();
    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();

    OAuthConfig config(Grant grant) {
        var base = "http://127.0.0.1:" + server.port();
        return new OAuthConfig(
                grant,
                null,
                null,
                URI.create(base + "/token"),
                URI.create(base + "/authorize"),
                URI.create(base + "/revoke"),
                null,
                CLIENT,
                new Secret(SECRET),
                null,
                ClientAuth.CLIENT_SECRET_BASIC,
                List.of("a", "b"),
                null,
                null,
                null);
    }

    /** A family's first refresh token. */
    synchronized String refreshToken() {
        good.add("r0");
        return "r0";
    }

    /** The access tokens that it gave, in order. */
    synchronized List<String> given() {
        return List.copyOf(given);
    }

    /** What it was told to revoke, in order. */
    List<String> revoked() {
        return forms.stream()
                .filter(form -> form.containsKey("token"))
                .map(form -> form.get("token").getFirst())
                .toList();
    }

    synchronized boolean isGood(String refresh) {
        return good.contains(refresh);
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("").flatMap(body -> {
            asked.incrementAndGet();
            var form = new QueryStringDecoder("?" + body, StandardCharsets.UTF_8).parameters();
            forms.add(form);
            boolean known = knows.test(request.requestHeaders().get("authorization", ""));
            var answered = failing > 0 ? failed() : answer(known, form);
            return Mono.delay(slow)
                    .then(response.status(answered.status())
                            .header("content-type", "application/json")
                            .sendString(Mono.just(answered.body()))
                            .then());
        });
    }

    private record Answer(int status, String body) {}

    private synchronized Answer failed() {
        failing--;
        return new Answer(503, "busy");
    }

    /** RFC 6749, 2.3.1. */
    private static String basic() {
        var pair = "agent+one:s3cret%3A%2Fwith+signs";
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private synchronized Answer answer(boolean known, Map<String, List<String>> form) {
        if (!known) {
            return new Answer(401, "{\"error\":\"invalid_client\"}");
        }
        if (form.containsKey("token")) {
            return new Answer(200, ""); // RFC 7009, 2.2
        }
        return switch (form.getOrDefault("grant_type", List.of("")).getFirst()) {
            case "client_credentials" -> granted(null);
            case "refresh_token" -> refreshed(form.get("refresh_token").getFirst());
            default -> new Answer(400, "{\"error\":\"unsupported_grant_type\"}");
        };
    }

    private Answer refreshed(String shown) {
        if (!good.contains(shown)) {
            if (spent.contains(shown)) {
                good.clear(); // it was stolen: the family ends
            }
            return new Answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"reuse of " + shown + "\"}");
        }
        if (!rotates) {
            return granted(null);
        }
        good.remove(shown);
        spent.add(shown);
        String next = "r" + spent.size();
        good.add(next);
        return granted(next);
    }

    private Answer granted(String refresh) {
        String access = "access-" + (given.size() + 1);
        given.add(access);
        return new Answer(
                200,
                "{\"access_token\":\"" + access + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime
                        + (refresh == null ? "" : ",\"refresh_token\":\"" + refresh + "\"") + "}");
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
