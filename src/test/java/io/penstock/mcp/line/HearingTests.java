package io.penstock.mcp.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.mcp.call.TracedCalls;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is heard of a server whose streams end. */
class HearingTests {

    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none");
    private static final Caller ADA = new Caller("ada", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);

    @Test
    void streamsAreOpenedAgainAfterTheLastEventThatAHeaderCanName() {
        String[] ids = {"e-1", "", "e-2", "e\u0001", " e", "e-3"};
        var resumed = new ArrayList<String>();
        var calls = new TracedCalls()
                .to(
                        GATEWAY,
                        ADA,
                        outbound -> Mono.fromSupplier(() -> {
                            resumed.add(String.valueOf(
                                    outbound.permit().arrival().request().header(HeaderNames.LAST_EVENT)));
                            var event = new SseEvent(ids[(resumed.size() - 1) % ids.length], null, "{}", null, null);
                            return new Reply.Events(Flux.just(event), Disposables.disposed(), null);
                        }));
        var opener = new Request("GET", "/sse", new DefaultHttpHeaders(), new InetSocketAddress(1), "c");

        StepVerifier.withVirtualTime(
                        () -> new Hearing(calls, Agreement::new, opener, new Target.GatewayTarget(GATEWAY.id()))
                                .messages()
                                .take(7))
                .thenAwait(Duration.ofMinutes(1))
                .expectNextCount(7)
                .verifyComplete();

        assertThat(resumed).containsExactly("null", "e-1", "null", "e-2", "null", "null", "e-3");
    }
}
