package io.penstock.relay;

import io.penstock.credential.Outbound;
import io.penstock.wire.Reply;
import reactor.core.publisher.Mono;

/** Upstream MCP servers, one call at a time. */
public interface Upstreams {

    /**
     * Forwards a call and gives the reply as soon as its head is known; the events of a stream follow at the reader's pace. Cancelling
     * closes the upstream's side. Never empty. Error: {@code UpstreamFailed}, {@code UpstreamTimedOut}, {@code SessionEnded}.
     */
    Mono<Reply> forward(Outbound outbound);
}
