package io.penstock.credential;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What an opened credential makes of an upstream's calls, kept for as long as the gateway it was made for does not change. */
final class Equipment {

    private final Gateway gateway;
    private final URI uri;
    private final HttpHeaders headers;
    private final @Nullable OAuth oauth;
    private final Credential.@Nullable Tls tls;

    private Equipment(Gateway gateway, URI uri, HttpHeaders headers) {
        this(gateway, uri, headers, null, null);
    }

    private Equipment(
            Gateway gateway, URI uri, HttpHeaders headers, @Nullable OAuth oauth, Credential.@Nullable Tls tls) {
        this.tls = tls;
        this.gateway = gateway;
        this.uri = uri;
        this.headers = headers;
        this.oauth = oauth;
    }

    /**
     * Where the tokens come from.
     *
     * @param perUser whether each user has to agree
     */
    private record OAuth(AccessTokens.Source tokens, boolean perUser) {}

    /** Throws {@link IllegalArgumentException} where the credential cannot be put on the wire. */
    static Equipment of(Gateway gateway, UpstreamAuth auth, AccessTokens tokens) {
        return switch (auth) {
            case UpstreamAuth.None _ -> new Equipment(gateway, gateway.url(), written());
            case UpstreamAuth.Bearer bearer ->
                new Equipment(
                        gateway,
                        gateway.url(),
                        written("authorization", "Bearer " + bearer.token().reveal()));
            case UpstreamAuth.Basic basic ->
                new Equipment(gateway, gateway.url(), written("authorization", basic(basic)));
            case UpstreamAuth.Headers own -> new Equipment(gateway, gateway.url(), written(own));
            case UpstreamAuth.OAuth(var config) ->
                new Equipment(
                        gateway,
                        gateway.url(),
                        written(),
                        new OAuth(tokens.from(gateway, config), config.grant().isPerUser()),
                        null);
            case UpstreamAuth.QueryParam param -> new Equipment(gateway, appended(gateway.url(), param), written());
        };
    }

    /** The same over connections of the upstream's own. */
    Equipment over(UpstreamTls opened) {
        var version = gateway.tlsId();
        return new Equipment(
                gateway, uri, headers, oauth, version == null ? null : new Credential.Tls(version, opened));
    }

    /**
     * What the upstream is shown of that caller. Never empty. Error: as {@link Wallet#equip}.
     *
     * @param now the gateway as it is known now: what it was made for may be older in what changes nothing of the credential
     * @param other the gateway's other credential, where this one is refused
     */
    Mono<Credential> shown(Gateway now, Caller caller, Mono<Credential> other) {
        // the gateway's own errands carry no user's token
        return oauth == null || (oauth.perUser() && caller.source() == Caller.Source.GATEWAY)
                ? Mono.just(new Credential(now, uri, headers, tls, other, other))
                : carrying(now, oauth.tokens().of(caller), caller, oauth.tokens(), other);
    }

    /** An authorization server that does not know the gateway by this credential may know it by the other one. */
    private Mono<Credential> carrying(
            Gateway now,
            Mono<AccessTokens.Token> wanted,
            Caller caller,
            AccessTokens.Source tokens,
            Mono<Credential> other) {
        return wanted.map(token -> carrying(now, token, caller, tokens, other))
                .onErrorResume(
                        UpstreamFailed::unknownGateway,
                        refused -> other.onErrorMap(_ -> refused).switchIfEmpty(Mono.error(refused)));
    }

    private Credential carrying(
            Gateway now, AccessTokens.Token token, Caller caller, AccessTokens.Source tokens, Mono<Credential> other) {
        // what is got with the other one is kept by the same name, and may be the very token that was refused
        var another = other.flatMap(next -> carries(next, token) ? next.renewed() : Mono.just(next));
        var renewed = carrying(now, tokens.insteadOf(token, caller), caller, tokens, another);
        return new Credential(now, uri, token.headers(), tls, renewed, other);
    }

    private static boolean carries(Credential credential, AccessTokens.Token token) {
        var name = HttpHeaderNames.AUTHORIZATION;
        return Objects.equals(credential.headers().get(name), token.headers().get(name));
    }

    /** Whether it was made of this very url and credential. */
    boolean fits(Gateway other) {
        return gateway.version() == other.version()
                && gateway.url().equals(other.url())
                && gateway.owner().equals(other.owner())
                && gateway.auth().id().equals(other.auth().id())
                && Objects.equals(gateway.tlsId(), other.tlsId());
    }

    private static HttpHeaders written(UpstreamAuth.Headers own) {
        return written(own.headers().stream()
                .flatMap(header -> Stream.of(header.key(), header.value().reveal()))
                .toArray(CharSequence[]::new));
    }

    /** Netty's unchangeable headers check names only, so the values go through changeable ones first. */
    private static HttpHeaders written(CharSequence... pairs) {
        var checked = new DefaultHttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            checked.add(pairs[i], pairs[i + 1]);
        }
        return new ReadOnlyHttpHeaders(true, pairs);
    }

    /** RFC 7617, 2.1. */
    private static String basic(UpstreamAuth.Basic basic) {
        var pair = basic.username() + ":" + basic.password().reveal();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static URI appended(URI url, UpstreamAuth.QueryParam param) {
        var text = url.toString();
        int fragment = text.indexOf('#');
        var base = fragment < 0 ? text : text.substring(0, fragment);
        var query = url.getRawQuery();
        var mark = query == null ? "?" : query.isEmpty() || query.endsWith("&") ? "" : "&";
        return URI.create(
                base + mark + encoded(param.key()) + "=" + encoded(param.value().reveal()));
    }

    /** RFC 3986: a form's plus for a space means a plus to some servers. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without anything of the credential. */
    @Override
    public String toString() {
        return "Equipment of gateway " + gateway.id();
    }
}
