package io.penstock.relay;

import io.penstock.access.Permit;
import io.penstock.credential.Outbound;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import reactor.core.publisher.Mono;

/** Upstream MCP servers, one call at a time. */
public interface Upstreams {

    /**
     * Forwards a call and gives the reply as soon as its head is known; the events of a stream follow at the reader's pace. Cancelling
     * closes the upstream's side. Never empty. Error: {@code UpstreamFailed}, {@code UpstreamTimedOut}, {@code SessionEnded}.
     */
    Mono<Reply> forward(Outbound outbound);

    /**
     * Answers a call that cannot be forwarded, because its caller has to agree first that the upstream is called in their name: as far as
     * that goes without the upstream, and by asking for the agreement in the way that the client knows. Never empty. Error: a
     * {@code Refusal}, commonly {@code NeedsAuthorization}.
     */
    default Mono<Reply> unconnected(Permit permit, Reason.NeedsAuthorization reason) {
        return Mono.error(new Refusal(reason));
    }
}
