package io.penstock.relay;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.timeout.ReadTimeoutException;
import io.penstock.access.Permit;
import io.penstock.catalog.Transport;
import io.penstock.credential.Outbound;
import io.penstock.egress.Egress;
import io.penstock.relay.Sessions.Session;
import io.penstock.wire.Arrival;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Forwards calls over streamable HTTP, as they are: the upstream of a gateway's own endpoint speaks the client's revision itself. */
@Component
final class HttpUpstreams implements Upstreams {

    private final HttpClient calls;
    private final HttpClient streams;
    private final Sessions sessions;
    private final RelaySettings settings;

    HttpUpstreams(Egress egress, Sessions sessions, RelaySettings settings) {
        this.calls = egress.client();
        this.streams = egress.streams();
        this.sessions = sessions;
        this.settings = settings;
    }

    @Override
    public Mono<Reply> forward(Outbound outbound) {
        return Mono.defer(() -> {
            Permit permit = outbound.permit();
            if (permit.gateway().transport() == Transport.SSE) {
                return Mono.error(new Refusal(new Reason.UpstreamFailed(
                        "This gateway's transport is SSE (2024-11-05), which its /mcp endpoint does not bridge",
                        null)));
            }
            var session = session(permit);
            var reply = exchange(outbound, session);
            return session != null && permit.arrival().request().method().equals("DELETE")
                    ? reply.onErrorResume(Refusal.class, refusal -> refused(refusal))
                            .flatMap(answer -> sessions.end(session).thenReturn(answer))
                    : reply;
        });
    }

    /** The stateless revision has no sessions, so an id that comes with it means nothing (2026-07-28, Versioning). */
    private @Nullable Session session(Permit permit) {
        Arrival arrival = permit.arrival();
        String sealed = arrival.request().header(UpstreamHeaders.SESSION);
        return sealed == null || arrival.era() == Era.STATELESS ? null : sessions.open(permit, sealed);
    }

    /** An upstream that does not let sessions be ended does not keep this gateway from ending its own. */
    private static Mono<Reply> refused(Refusal refusal) {
        return refusal.reason() instanceof Reason.MethodNotAllowed
                ? Mono.just(new Reply.Empty(204))
                : Mono.error(refusal);
    }

    private Mono<Reply> exchange(Outbound outbound, @Nullable Session session) {
        Arrival arrival = outbound.permit().arrival();
        var answers = new Answers(outbound.permit(), session, sessions, settings);
        return (arrival.openEnded() ? streams : calls)
                .headers(head -> UpstreamHeaders.fill(head, outbound, session == null ? null : session.upstreamId()))
                .request(HttpMethod.valueOf(arrival.request().method()))
                .uri(outbound.uri())
                .send((request, out) ->
                        arrival.body().length == 0 ? out : out.sendObject(Unpooled.wrappedBuffer(arrival.body())))
                .responseConnection(answers::read)
                .next()
                .timeout(settings.answerTimeout())
                .onErrorMap(HttpUpstreams::failure);
    }

    /** One text for every way not to reach it, so that nobody learns from it what listens where. */
    private static Throwable failure(Throwable error) {
        if (error instanceof Refusal) {
            return error;
        }
        if (error instanceof TimeoutException || error instanceof ReadTimeoutException) {
            return new Refusal(new Reason.UpstreamTimedOut("The upstream did not answer in time"));
        }
        return new Refusal(new Reason.UpstreamFailed("The upstream could not be reached or broke off", null));
    }
}
