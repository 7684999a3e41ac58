package io.penstock.credential;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.UpstreamTls;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What an upstream is shown of whoever calls: its address with what belongs into the query, the headers to put in, and TLS of its own. It knows
 * no call, so what is kept between calls may keep it.
 */
public final class Credential {

    /**
     * How many others are shown in turn where a first one is refused: the one that took its place, and a newer token where what that one
     * had is refused as well. Where the last is refused too, its {@link #after} says whether its user has to agree again.
     */
    public static final int SUBSTITUTES = 2;

    private final Gateway gateway;
    private final URI uri;
    private final HttpHeaders headers;
    private final @Nullable Tls tls;
    private final Mono<Credential> renewed;
    private final Mono<Credential> replaced;

    /**
     * What TLS with an upstream goes by.
     *
     * @param version differs where anything of it does
     */
    public record Tls(UUID version, UpstreamTls opened) {}

    /**
     * @param tls what TLS goes by; null for the platform's
     * @param renewed what is to be shown where the upstream refuses this one; empty where there is no other
     * @param replaced the other credential of the gateway, while there are two; empty where there is one
     */
    Credential(
            Gateway gateway,
            URI uri,
            HttpHeaders headers,
            @Nullable Tls tls,
            Mono<Credential> renewed,
            Mono<Credential> replaced) {
        this.gateway = gateway;
        this.uri = uri;
        this.headers = headers;
        this.tls = tls;
        this.renewed = renewed;
        this.replaced = replaced;
    }

    /** The upstream that it is for. */
    public Gateway gateway() {
        return gateway;
    }

    /** Where the upstream is; may hold a secret in its query, so never log it. */
    public URI uri() {
        return uri;
    }

    /** Set last on the upstream request: they win over whatever the client sent. */
    public HttpHeaders headers() {
        return headers;
    }

    /** What TLS with the upstream goes by; null for the platform's. */
    public @Nullable Tls tls() {
        return tls;
    }

    /** A newer one, for an upstream that refused this one. Empty: there is no other. Error: as {@link Wallet#equip}. */
    public Mono<Credential> renewed() {
        return renewed;
    }

    /**
     * The gateway's other one, for an upstream that does not take the certificate of this one. Empty: there is no other. Error: as
     * {@link Wallet#equip}.
     */
    public Mono<Credential> replaced() {
        return replaced;
    }

    /**
     * What is to be shown in place of what was refused. Empty: there is no other, or the error is none of that kind. Error: as
     * {@link Wallet#equip}.
     */
    public Mono<Credential> after(Throwable error) {
        if (UpstreamFailed.unknownGateway(error)) {
            return replaced;
        }
        return UpstreamFailed.refusedCredential(error) ? renewed : Mono.empty();
    }

    /** Without anything of the credential. */
    @Override
    public String toString() {
        return "Credential for gateway " + gateway.id();
    }
}
