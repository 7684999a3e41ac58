package io.penstock.credential;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.UpstreamTls;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A permitted call with the upstream's own credential: the address with its query, and the headers to put in. */
public final class Outbound {

    private final Permit permit;
    private final @Nullable URI uri;
    private final HttpHeaders credential;
    private final @Nullable UpstreamTls tls;
    private final @Nullable Mono<Outbound> renewed;

    Outbound(Permit permit, URI uri, HttpHeaders credential) {
        this(permit, uri, credential, null, null);
    }

    /**
     * @param tls what TLS goes by; null for the platform's
     * @param renewed the same call with another credential, where the upstream refused this one; null where there is no other
     */
    Outbound(
            Permit permit,
            @Nullable URI uri,
            HttpHeaders credential,
            @Nullable UpstreamTls tls,
            @Nullable Mono<Outbound> renewed) {
        this.tls = tls;
        this.permit = permit;
        this.uri = uri;
        this.credential = credential;
        this.renewed = renewed;
    }

    /** A call to many upstreams: what each is shown is looked up when it is called. */
    static Outbound toMany(Permit permit) {
        return new Outbound(permit, null, EmptyHttpHeaders.INSTANCE, null, null);
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
    public @Nullable UpstreamTls tls() {
        return tls;
    }

    /**
     * The same call with a newer credential, for an upstream that refused this one. Empty: there is no other. Error: as
     * {@link Wallet#equip}.
     */
    public Mono<Outbound> renewed() {
        return renewed == null ? Mono.empty() : renewed;
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
