package io.penstock.oauth.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Transport;
import io.penstock.egress.Destinations;
import io.penstock.egress.Egress;
import io.penstock.egress.JsonAnswer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientResponse;

/** Asks upstreams how they are protected (RFC 9728; MCP, Authorization, 2.3). */
@Component
final class Protections {

    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    /** It opens no session where none is wanted. */
    private static final byte[] PING =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}".getBytes(StandardCharsets.UTF_8);

    private final Egress egress;
    private final Documents documents;
    private final Pointers pointers;

    Protections(Egress egress, Documents documents, Pointers pointers) {
        this.egress = egress;
        this.documents = documents;
        this.pointers = pointers;
    }

    /** Never empty. Error: {@link Undiscovered}. */
    Mono<Protection> of(Gateway gateway) {
        return challenge(gateway)
                .flatMap(challenge -> document(gateway.url(), challenge)
                        .switchIfEmpty(
                                Mono.error(
                                        () -> Undiscovered.wrong(
                                                "it publishes no metadata of a protected resource: set issuer or token_url in oauth_config")))
                        .handle((answer, sink) -> {
                            try {
                                sink.next(read(answer, gateway.url(), challenge));
                            } catch (Undiscovered undiscovered) {
                                sink.error(undiscovered);
                            }
                        }));
    }

    private Mono<JsonAnswer> document(URI upstream, Challenge challenge) {
        String told = challenge.metadata();
        if (told == null) {
            return documents.first(places(upstream), List.of(upstream));
        }
        URI place = pointers.near(told, upstream);
        return place == null
                ? Mono.error(Undiscovered.wrong("its challenge points to metadata at an address that is not taken"))
                : documents.at(place, List.of(upstream));
    }

    /** RFC 9728, 3.1, and the root for those that have one resource only. */
    static List<URI> places(URI upstream) {
        String path = upstream.getRawPath() == null ? "" : upstream.getRawPath();
        URI root = upstream.resolve(WELL_KNOWN);
        return path.isEmpty() || path.equals("/") ? List.of(root) : List.of(upstream.resolve(WELL_KNOWN + path), root);
    }

    private Protection read(JsonAnswer answer, URI upstream, Challenge challenge) throws Undiscovered {
        String resource = answer.text("resource");
        if (resource == null || !fits(resource, upstream)) {
            throw Undiscovered.wrong("its metadata are those of another resource than its url");
        }
        List<String> servers = answer.texts("authorization_servers");
        URI issuer = servers == null || servers.isEmpty() ? null : pointers.confidential(servers.getFirst());
        if (issuer == null || issuer.getRawQuery() != null) {
            throw Undiscovered.wrong(
                    "its metadata name no authorization server with an https address that may be reached");
        }
        return new Protection(resource, issuer.toString(), challenge.scopes());
    }

    /** Whether it is that address, or one above it on the same origin: a token for another resource is not asked for (RFC 9728, 3.3). */
    static boolean fits(String resource, URI upstream) {
        URI url = parsed(resource);
        if (url == null || url.getRawFragment() != null || !Destinations.sameOrigin(url, upstream)) {
            return false;
        }
        String above = path(url);
        return url.getRawQuery() == null
                ? (path(upstream) + "/").startsWith(above + "/")
                : path(upstream).equals(above) && url.getRawQuery().equals(upstream.getRawQuery());
    }

    private static String path(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static @Nullable URI parsed(String text) {
        try {
            URI url = new URI(text);
            return url.getScheme() == null ? null : url;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** What it answers to who shows no token. */
    private Mono<Challenge> challenge(Gateway gateway) {
        var answered = gateway.transport() == Transport.SSE
                ? asked(gateway, HttpMethod.GET)
                : asked(gateway, HttpMethod.POST)
                        .filter(response -> response.status().code() != 404
                                && response.status().code() != 405)
                        .switchIfEmpty(Mono.defer(() -> asked(gateway, HttpMethod.GET)));
        return answered.map(response -> response.status().code() == 401
                ? Challenge.of(response.responseHeaders().getAll(HttpHeaderNames.WWW_AUTHENTICATE))
                : Challenge.NONE);
    }

    private Mono<HttpClientResponse> asked(Gateway gateway, HttpMethod method) {
        boolean post = method.equals(HttpMethod.POST);
        return egress.client()
                .headers(headers -> headers.set(HttpHeaderNames.ACCEPT, "application/json, text/event-stream"))
                .headers(headers -> {
                    if (post) {
                        headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                                .set(HttpHeaderNames.CONTENT_LENGTH, PING.length);
                    }
                })
                .request(method)
                .uri(gateway.url())
                .send((_, out) -> post ? out.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(PING))) : out)
                .response()
                .timeout(JsonAnswer.PATIENCE)
                .onErrorMap(_ ->
                        Undiscovered.failed("it could not be reached to learn which authorization server it trusts"));
    }
}
