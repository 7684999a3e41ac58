package io.penstock.relay.through;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.timeout.ReadTimeoutException;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.credential.Credential;
import io.penstock.credential.Outbound;
import io.penstock.egress.plain.NoRoom;
import io.penstock.egress.plain.PlainHttp;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.bulkhead.Bulkheads;
import io.penstock.relay.line.Faults;
import io.penstock.relay.line.Ways;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.Arrival;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import io.penstock.wire.Reply;
import io.penstock.wire.Splice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Forwards calls over streamable HTTP, as they are, to upstreams that speak the client's revision themselves. */
@Component
public final class PassingUpstreams {

    private final Ways ways;
    private final PlainHttp plain;
    private final SessionTokens sessions;
    private final RelaySettings settings;
    private final Bulkheads bulkheads;
    private final Rounds rounds;

    PassingUpstreams(
            Ways ways,
            PlainHttp plain,
            SessionTokens sessions,
            RelaySettings settings,
            Bulkheads bulkheads,
            Rounds rounds) {
        this.ways = ways;
        this.plain = plain;
        this.sessions = sessions;
        this.settings = settings;
        this.bulkheads = bulkheads;
        this.rounds = rounds;
    }

    /**
     * Forwards a call and gives the reply as soon as its head is known, as {@link io.penstock.relay.Upstreams#forward} says.
     *
     * @param session the session that the client presented; null where it is in none
     * @param repeating runs before a call that its upstream broke off is sent again, once; null where it must not be
     */
    public Mono<Reply> forward(Outbound outbound, Session.@Nullable Passed session, @Nullable Runnable repeating) {
        return bulkheads.call(outbound.permit(), Mono.defer(() -> {
            var reply = attempts(outbound, session, repeating, Credential.SUBSTITUTES);
            boolean ending = outbound.permit().arrival().request().method().equals("DELETE");
            return session != null && ending
                    ? reply.onErrorResume(Refusal.class, refusal -> refused(refusal))
                            .flatMap(answer -> sessions.end(session).thenReturn(answer))
                    : reply;
        }));
    }

    /** @param more how many other credentials are tried in turn where the upstream refuses this one */
    private Mono<Reply> attempts(
            Outbound outbound, Session.@Nullable Passed session, @Nullable Runnable repeating, int more) {
        return attempt(outbound, session, repeating)
                .onErrorResume(
                        Refusal.class,
                        refused -> outbound.credential()
                                .after(refused)
                                .switchIfEmpty(Mono.error(refused))
                                .flatMap(other -> more == 0
                                        ? Mono.error(refused)
                                        : attempts(outbound.with(other), session, repeating, more - 1)));
    }

    private Mono<Reply> attempt(Outbound outbound, Session.@Nullable Passed session, @Nullable Runnable repeating) {
        return repeating == null ? exchange(outbound, session, null) : repeated(outbound, session, repeating);
    }

    /** An upstream that does not let sessions be ended does not keep this gateway from ending its own. */
    private static Mono<Reply> refused(Refusal refusal) {
        return refusal.reason() instanceof Reason.MethodNotAllowed
                ? Mono.just(new Reply.Empty(204))
                : Mono.error(refusal);
    }

    private Mono<Reply> repeated(Outbound outbound, Session.@Nullable Passed session, Runnable repeating) {
        var again = Mono.defer(() -> {
            repeating.run();
            return exchange(outbound, session, null);
        });
        return exchange(outbound, session, again).onErrorResume(Reason.UpstreamFailed::brokeOff, _ -> again);
    }

    /** @param again what becomes of a stream that the upstream breaks off; null where that is its end */
    private Mono<Reply> exchange(Outbound outbound, Session.@Nullable Passed session, @Nullable Mono<Reply> again) {
        Arrival arrival = outbound.permit().arrival();
        String name = originalName(outbound);
        byte[] body = name == null || arrival.envelope() == null
                ? arrival.body()
                : Splice.named(arrival.body(), arrival.envelope(), name);
        Runnable givenUp = () -> cancel(outbound, session);
        var answers = new Answers(outbound.permit(), session, sessions, settings, again, givenUp);
        var head = new DefaultHttpHeaders();
        UpstreamHeaders.fill(
                head, outbound, session == null ? null : session.upstreamId(), name, settings.headerPassthrough());
        boolean isLean = body.length > 0
                && !arrival.openEnded()
                && outbound.credential().tls() == null
                && PlainHttp.isFor(outbound.credential().uri());
        Mono<Reply> reply = isLean
                ? plain.post(
                                outbound.credential().uri(),
                                head,
                                body,
                                settings.answerTimeout(),
                                settings.maxAnswer().toBytes())
                        .map(answers::of)
                        .onErrorResume(NoRoom.class, _ -> byLibrary(outbound, head, body, answers))
                : byLibrary(outbound, head, body, answers);
        return reply.onErrorMap(error -> failure(error, givenUp));
    }

    private Throwable failure(Throwable error, Runnable givenUp) {
        Throwable failure = failure(error);
        if (failure instanceof Refusal refusal && refusal.reason() instanceof Reason.UpstreamTimedOut) {
            givenUp.run();
        }
        return failure;
    }

    /**
     * Tells an upstream of the eras with sessions that its answer is not waited for any more: that the connection ends tells it nothing
     * (2025-11-25, Streamable HTTP).
     */
    private void cancel(Outbound outbound, Session.@Nullable Passed session) {
        Permit cancelling = outbound.permit().toCancel("The answer took too long");
        if (cancelling == null) {
            return;
        }
        var head = new DefaultHttpHeaders();
        UpstreamHeaders.fill(
                head, outbound, session == null ? null : session.upstreamId(), null, settings.headerPassthrough());
        var answers = new Answers(cancelling, session, sessions, settings, null, () -> {});
        var told = byLibrary(outbound, head, cancelling.arrival().body(), answers)
                .doOnNext(PassingUpstreams::drop)
                .then()
                .onErrorComplete();
        var _ = rounds.detach("relay.cancel", told);
    }

    private static void drop(Reply reply) {
        if (reply instanceof Reply.Events events) {
            events.source().dispose();
        }
    }

    private Mono<Reply> byLibrary(Outbound outbound, HttpHeaders head, byte[] body, Answers answers) {
        Arrival arrival = outbound.permit().arrival();
        var clients = ways.of(outbound.credential());
        return (arrival.openEnded() ? clients.streams() : clients.calls())
                .headers(all -> all.set(head))
                .request(HttpMethod.valueOf(arrival.request().method()))
                .uri(outbound.credential().uri())
                .send((request, out) -> body.length == 0 ? out : out.sendObject(Unpooled.wrappedBuffer(body)))
                .responseConnection(answers::read)
                .next()
                .timeout(settings.answerTimeout());
    }

    /** What the upstream calls the thing that the message names, where a virtual server has another name for it; else null. */
    private static @Nullable String originalName(Outbound outbound) {
        return outbound.permit().route() instanceof Route.One one ? one.originalName() : null;
    }

    private static How how(Throwable error) {
        if (Faults.refusesCertificate(error)) {
            return How.UNKNOWN_GATEWAY;
        }
        return brokeOff(error) ? How.BROKE_OFF : How.ENDED;
    }

    /** Whether there was a connection, so that the request may have been carried out. */
    private static boolean brokeOff(Throwable error) {
        return error instanceof IOException
                && !(error instanceof ConnectException
                        || error instanceof UnknownHostException
                        || error instanceof NoRouteToHostException
                        || error instanceof SSLException);
    }

    /** One text for every way not to reach it, so that nobody learns from it what listens where. */
    private Throwable failure(Throwable error) {
        if (error instanceof Refusal) {
            return error;
        }
        if (error instanceof TooLongFrameException) {
            return Answers.tooLarge(settings.maxAnswer().toBytes());
        }
        if (error instanceof TimeoutException || error instanceof ReadTimeoutException) {
            return new Refusal(new Reason.UpstreamTimedOut("The upstream did not answer in time"));
        }
        return new Refusal(
                new Reason.UpstreamFailed("The upstream could not be reached or broke off", null, how(error)));
    }
}
