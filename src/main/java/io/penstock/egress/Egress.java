package io.penstock.egress;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.penstock.egress.plain.KeepAlive;
import io.penstock.egress.plain.PlainHttp;
import io.penstock.egress.tls.Identity;
import io.penstock.egress.tls.Trust;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * HTTP clients whose every connection is checked against {@link Destinations}. They follow no redirect, ask for no compression, use no
 * proxy, speak HTTP/2 where an upstream offers it with TLS, verify TLS against the platform's authorities or the upstream's own, and make a connection within {@code PENSTOCK_EGRESS_CONNECTTIMEOUT}. Response time-outs are the caller's to set.
 * A forbidden destination fails as a {@link java.net.ConnectException}, like one that refuses.
 */
public final class Egress {

    private static final Duration LONGEST_UNUSED = Duration.ofMinutes(10);

    private final EgressSettings settings;
    private final Policy policy;
    private final Denials denials;
    private final Function<EventExecutor, AddressResolver<InetSocketAddress>> resolvers;
    private final ConnectionProvider calls;
    private final ConnectionProvider streams;
    private final Clients plain;
    private final Trust trust = Trust.ofPlatform();
    private final IdentifiedClients identified = new IdentifiedClients(this::make);
    private final HttpClient pointedClient;

    Egress(
            EgressSettings settings,
            Policy policy,
            Denials denials,
            Function<EventExecutor, AddressResolver<InetSocketAddress>> resolvers) {
        this.settings = settings;
        this.policy = policy;
        this.denials = denials;
        this.resolvers = resolvers;
        this.calls = pool("upstream-calls", settings.maxConnections());
        this.streams = pool("upstream-streams", settings.maxStreams());
        this.plain = new Clients(build(calls, policy), build(streams, policy));
        this.pointedClient = build(calls, policy.pointed());
    }

    /** For calls: a bounded number of connections to each upstream, kept alive between calls. */
    public HttpClient client() {
        return plain.calls();
    }

    /** For upstreams that have no TLS of their own: {@link #client()}, and its like for streams. */
    public Clients clients() {
        return plain;
    }

    /** For an upstream with TLS of its own; to be asked for with each call, since they are kept while nothing of that changes. */
    public Clients clients(Identity identity) {
        return identified.of(identity);
    }

    private IdentifiedClients.Made make(Identity identity) {
        var context = trust.context(identity);
        var ownCalls = pool("upstream-calls", settings.maxConnections());
        var ownStreams = pool("upstream-streams", settings.maxStreams());
        return new IdentifiedClients.Made(
                new Clients(
                        build(ownCalls, policy).secure(spec -> spec.sslContext(context)),
                        build(ownStreams, policy).secure(spec -> spec.sslContext(context))),
                ownCalls,
                ownStreams);
    }

    /**
     * For a URL that an upstream or an issuer points to: it may have the origin of one of those that the operator wrote, be public, or be
     * on the operator's list.
     */
    public HttpClient towards(URI pointed, Collection<URI> given) {
        return given.stream().anyMatch(url -> Destinations.sameOrigin(url, pointed)) ? client() : pointedClient;
    }

    /**
     * For a URL that a setting of the operator's own names, like a key set's: its host may be anywhere but at link-local or metadata
     * addresses, and nothing but that host and what {@link #client()} reaches can be connected to. Make it once and keep it: each has
     * connections of its own.
     */
    public HttpClient trusting(URI named) {
        return build(calls, policy.trusting(Destinations.bare(named.getHost())));
    }

    void close() {
        identified.close();
        calls.dispose();
        streams.dispose();
    }

    private HttpClient build(ConnectionProvider pool, Policy allowed) {
        return HttpClient.create(pool)
                .protocol(
                        HttpProtocol.H2,
                        HttpProtocol.HTTP11) // the first where TLS agrees on it, the other one elsewhere
                .http2Settings(settings -> settings.maxHeaderListSize(PlainHttp.LONGEST_HEAD))
                .followRedirect(false)
                .compress(false)
                .resolver(new CheckedResolvers(resolvers, allowed, denials))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .doOnChannelInit((_, channel, _) -> KeepAlive.on(channel))
                .httpResponseDecoder(spec -> spec.maxHeaderSize(PlainHttp.LONGEST_HEAD))
                .headers(headers -> headers.set(HttpHeaderNames.USER_AGENT, PlainHttp.AGENT));
    }

    /** For calls to upstreams without TLS, on the event loops of those who call. */
    PlainHttp plain(LoopResources loops) {
        return new PlainHttp(
                loops,
                new CheckedResolvers(resolvers, policy, denials),
                settings.connectTimeout(),
                settings.maxConnections());
    }

    private static ConnectionProvider pool(String name, int most) {
        return pool(name, most, LONGEST_UNUSED);
    }

    /** @param longestUnused how long what is kept of an address stays when the last connection to it has ended: addresses come and go */
    static ConnectionProvider pool(String name, int most, Duration longestUnused) {
        // calls over HTTP/2 share what connections there are before another one is made
        var sharing = Http2AllocationStrategy.builder()
                .maxConnections(most)
                .strictConnectionReuse(true)
                .build();
        return ConnectionProvider.builder(name)
                .allocationStrategy(sharing)
                .pendingAcquireMaxCount(most)
                .pendingAcquireTimeout(Duration.ofSeconds(5))
                .maxIdleTime(PlainHttp.LONGEST_IDLE)
                .evictInBackground(Duration.ofSeconds(30))
                .disposeInactivePoolsInBackground(longestUnused.dividedBy(10), longestUnused)
                .lifo()
                .metrics(true)
                .build();
    }
}
