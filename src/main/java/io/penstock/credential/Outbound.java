package io.penstock.credential;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.UpstreamTls;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A permitted call with the upstream's own credential: the address with its query, and the headers to put in. */
public final class Outbound {

    private final Permit permit;
    private final @Nullable URI uri;
    private final HttpHeaders credential;
    private final @Nullable Tls tls;
    private final Mono<Outbound> renewed;
    private final Mono<Outbound> replaced;

    Outbound(Permit permit, URI uri, HttpHeaders credential) {
        this(permit, uri, credential, null, Mono.empty(), Mono.empty());
    }

    /**
     * What TLS with an upstream goes by.
     *
     * @param version differs where anything of it does
     */
    public record Tls(UUID version, UpstreamTls opened) {}

    /**
     * @param tls what TLS goes by; null for the platform's
     * @param renewed the same call with what is to be shown where the upstream refuses this credential; empty where there is no other
     * @param replaced the same call with the other credential of the gateway, while there are two; empty where there is one
     */
    Outbound(
            Permit permit,
            @Nullable URI uri,
            HttpHeaders credential,
            @Nullable Tls tls,
            Mono<Outbound> renewed,
            Mono<Outbound> replaced) {
        this.tls = tls;
        this.permit = permit;
        this.uri = uri;
        this.credential = credential;
        this.renewed = renewed;
        this.replaced = replaced;
    }

    /** A call to many upstreams: what each is shown is looked up when it is called. */
    static Outbound toMany(Permit permit) {
        return new Outbound(permit, null, EmptyHttpHeaders.INSTANCE, null, Mono.empty(), Mono.empty());
    }

    public Permit permit() {
        return permit;
    }

    /**
     * Where the call goes; may hold a secret in its query, so never log it. Throws {@link IllegalStateException} where it goes to many.
     */
    public URI uri() {
        if (uri == null) {
            throw new IllegalStateException("This call goes to many upstreams");
        }
        return uri;
    }

    /** Set last on the upstream request: they win over whatever the client sent. */
    public HttpHeaders credential() {
        return credential;
    }

    /** What TLS with the upstream goes by; null for the platform's. */
    public @Nullable Tls tls() {
        return tls;
    }

    /**
     * The same call with a newer credential, for an upstream that refused this one. Empty: there is no other. Error: as
     * {@link Wallet#equip}.
     */
    public Mono<Outbound> renewed() {
        return renewed;
    }

    /**
     * The same call with the gateway's other credential, for an upstream that does not take the certificate of this one. Empty: there is no
     * other. Error: as {@link Wallet#equip}.
     */
    public Mono<Outbound> replaced() {
        return replaced;
    }

    /** The same call with what is to be shown in place of what was refused. Empty: there is no other, or the error is none of that kind. */
    public Mono<Outbound> after(Throwable error) {
        if (UpstreamFailed.unknownGateway(error)) {
            return replaced;
        }
        return UpstreamFailed.refusedCredential(error) ? renewed : Mono.empty();
    }

    /**
     * What it means that the upstream refused this one too, which was got in place of a refused one: that the user has to agree again, where
     * it is a user's, else what the upstream said. Nothing but an error.
     */
    public <T> Mono<T> refusedToo(Throwable refused) {
        return renewed().then(Mono.error(refused));
    }

    @Override
    public String toString() {
        return switch (permit.route()) {
            case Route.One one -> "Outbound to gateway " + one.gateway().id();
            case Route.Many many -> "Outbound to all of " + many.showing().name();
        };
    }
}
