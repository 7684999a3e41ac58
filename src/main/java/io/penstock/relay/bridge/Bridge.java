package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Transport;
import io.penstock.credential.Outbound;
import io.penstock.relay.Upstreams;
import io.penstock.relay.leg.ArgumentHeaders;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.relay.through.PassingUpstreams;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.NeedsAuthorization;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Passes a call on as it is where its upstream speaks the client's era, and translates it where not. */
@Component
final class Bridge implements Upstreams {

    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    /** What an upstream without sessions answers to {@code initialize} (2026-07-28, Streamable HTTP, "Backward compatibility"). */
    private static final Set<Integer> NOT_THIS_ERA = Set.of(400, 404, 405);

    private final PassingUpstreams passing;
    private final SessionTokens tokens;
    private final StatelessFront stateless;
    private final SessionsFront sessions;
    private final CalledTools tools;
    private final Repeats repeats;
    private final Agreements agreements;
    private final Unconnected unconnected;
    private final Pages pages;
    private final OwnTasks ownTasks;

    /** Stateless upstreams that were found not to speak the session revisions too, by id and version of the gateway. */
    private final Cache<Known, Boolean> statelessOnly = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MOST)
            .expireAfterWrite(REMEMBERED)
            .build();

    Bridge(
            PassingUpstreams passing,
            SessionTokens tokens,
            StatelessFront stateless,
            SessionsFront sessions,
            CalledTools tools,
            Repeats repeats,
            Agreements agreements,
            Unconnected unconnected,
            Pages pages,
            OwnTasks ownTasks) {
        this.passing = passing;
        this.tokens = tokens;
        this.stateless = stateless;
        this.sessions = sessions;
        this.tools = tools;
        this.repeats = repeats;
        this.agreements = agreements;
        this.unconnected = unconnected;
        this.pages = pages;
        this.ownTasks = ownTasks;
    }

    private record Known(UUID gateway, long version) {}

    @Override
    public Mono<Reply> forward(Outbound outbound) {
        var permit = outbound.permit();
        var takenOut = TakenOut.of(permit.route());
        var carried = takenOut == null ? carried(outbound) : carried(outbound).map(takenOut::of);
        return Mono.defer(() -> ownTasks.of(permit, carried));
    }

    @Override
    public Mono<Reply> unconnected(Permit permit, NeedsAuthorization reason) {
        return unconnected.answer(permit, reason);
    }

    private Mono<Reply> carried(Outbound outbound) {
        return Mono.defer(() -> {
            Arrival arrival = outbound.permit().arrival();
            if (arrival.era() == Era.STATELESS) {
                return isStateless(outbound) && hasItsHeaders(outbound) && !isOurs(outbound)
                        ? hinted(arrival, passed(outbound))
                        : stateless.handle(outbound);
            }
            String sealed = arrival.request().header(HeaderNames.SESSION);
            if (sealed == null) {
                return withoutSession(outbound);
            }
            return switch (tokens.open(outbound.permit(), sealed)) {
                case Session.Passed passed -> forward(outbound, passed);
                case Session.Held held -> sessions.handle(outbound, held);
            };
        });
    }

    private Mono<Reply> passed(Outbound outbound) {
        var passed = forward(outbound, null);
        var tasks = TaskIds.of(outbound.permit().route());
        var envelope = outbound.permit().arrival().envelope();
        String method = envelope == null ? null : envelope.method();
        return tasks == null || method == null ? passed : passed.map(reply -> apart(tasks.shown(method, reply)));
    }

    /** Calls of tools, which are most of what passes, go on unread. */
    private static Mono<Reply> hinted(Arrival arrival, Mono<Reply> passed) {
        String method = arrival.envelope() == null ? null : arrival.envelope().method();
        return method != null && CacheHints.belongTo(method) ? passed.map(CacheHints::callersOwn) : passed;
    }

    /** A session that one upstream opens by itself is not the virtual server's: its id would go to the others too. */
    private static Reply apart(Reply reply) {
        return switch (reply) {
            case Reply.Json json -> new Reply.Json(json.status(), json.body(), null, json.retryAfter());
            case Reply.Events events -> new Reply.Events(events.events(), events.source(), null);
            case Reply.Empty empty -> empty;
        };
    }

    private Mono<Reply> forward(Outbound outbound, Session.@Nullable Passed session) {
        return passing.forward(outbound, session, repeats.of(outbound.permit()));
    }

    /** A call that came without the headers that its tool wants gets them where it is taken apart. */
    private boolean hasItsHeaders(Outbound outbound) {
        return outbound.permit().arrival().mirrored() || !ArgumentHeaders.wanted(tools.definition(outbound.permit()));
    }

    /** A state that was sealed here means nothing to the upstream. */
    private boolean isOurs(Outbound outbound) {
        return agreements.isAnswer(outbound.permit());
    }

    private static boolean isStateless(Outbound outbound) {
        return outbound.permit().route() instanceof Route.One one && spoken(one.gateway()) == Era.STATELESS;
    }

    private Mono<Reply> withoutSession(Outbound outbound) {
        Arrival arrival = outbound.permit().arrival();
        Gateway gateway = upstream(outbound);
        boolean initialize = arrival.envelope() != null && isInitialize(arrival.envelope());
        if (gateway != null && spoken(gateway) == Era.SESSIONS) {
            return passed(outbound);
        }
        if (gateway != null && spoken(gateway) == Era.STATELESS && !isStatelessOnly(gateway)) {
            var passed = passed(outbound);
            return initialize ? tried(outbound, gateway, passed) : passed;
        }
        return initialize ? begin(outbound) : listed(outbound);
    }

    /** The one upstream that the call goes to; null where it is for a virtual server as a whole. */
    private static @Nullable Gateway upstream(Outbound outbound) {
        return outbound.permit().route() instanceof Route.One one ? one.gateway() : null;
    }

    /** What a virtual server lists takes no session; everything else that it answers itself does. */
    private Mono<Reply> listed(Outbound outbound) {
        var permit = outbound.permit();
        var envelope = permit.arrival().envelope();
        var kind = Feature.Kind.listedBy(envelope == null ? null : envelope.method());
        return kind != null
                        && permit.route() instanceof Route.Many many
                        && Message.read(new String(permit.arrival().body(), StandardCharsets.UTF_8))
                                instanceof Message.Asked request
                ? Mono.fromSupplier(() -> pages.answer(many.showing(), kind, request, Era.SESSIONS))
                : Mono.error(sessionMissing());
    }

    /** An upstream that was seen to be stateless may speak the older revisions as well: it says so itself. */
    private Mono<Reply> tried(Outbound outbound, Gateway gateway, Mono<Reply> passed) {
        return passed.onErrorResume(
                        Refusal.class,
                        refusal -> refusal.reason() instanceof Reason.MethodNotAllowed
                                ? Mono.just(new Reply.Empty(405))
                                : Mono.error(refusal))
                .flatMap(reply -> {
                    if (!NOT_THIS_ERA.contains(reply.status())) {
                        return Mono.just(reply);
                    }
                    statelessOnly.put(new Known(gateway.id(), gateway.version()), true);
                    return begin(outbound);
                });
    }

    private boolean isStatelessOnly(Gateway gateway) {
        return statelessOnly.getIfPresent(new Known(gateway.id(), gateway.version())) != null;
    }

    private Mono<Reply> begin(Outbound outbound) {
        byte[] body = outbound.permit().arrival().body();
        return Message.read(new String(body, StandardCharsets.UTF_8)) instanceof Message.Asked initialize
                ? sessions.begin(outbound, initialize)
                : Mono.error(new Refusal(new Reason.Malformed("initialize is a request: it needs an id")));
    }

    private static boolean isInitialize(Envelope envelope) {
        return "initialize".equals(envelope.method());
    }

    private static Refusal sessionMissing() {
        return new Refusal(
                new Reason.Malformed("The header Mcp-Session-Id is missing; start a session with initialize"));
    }

    /** What the upstream was last seen to speak; null where nothing was seen yet. */
    private static @Nullable Era spoken(Gateway gateway) {
        if (gateway.transport() == Transport.SSE
                || "sse".equals(gateway.status().condition().transportInUse())) {
            return Era.HTTP_SSE;
        }
        String text = gateway.status().condition().protocolVersion();
        var version = text == null ? null : ProtocolVersion.find(text);
        if (version == null) {
            return null;
        }
        return version.era() == Era.STATELESS ? Era.STATELESS : Era.SESSIONS;
    }
}
