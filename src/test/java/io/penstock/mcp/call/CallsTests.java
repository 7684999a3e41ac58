package io.penstock.mcp.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.limit.SomeLimits;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class CallsTests {

    private static final Gateway WEATHER = Snapshots.gateway("weather", Visibility.PUBLIC, null, true);
    private static final Caller ADA =
            new Caller("ada@example.com", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);

    /** Each is written down: they would come as fast as a client can send. */
    @Test
    void callsThatTheGateRefusesAreLimitedLikeOthers() {
        var calls = new TracedCalls()
                .refused(
                        new Refusal(new Reason.Forbidden("tools.execute")), SomeLimits.ofCallers("2/1m"), WEATHER, ADA);

        for (int i = 0; i < 2; i++) {
            refuses(calls, Reason.Forbidden.class);
        }
        refuses(calls, Reason.TooMany.class);
    }

    private static void refuses(Calls calls, Class<? extends Reason> reason) {
        var request = new Request("POST", "/mcp", new DefaultHttpHeaders(), new InetSocketAddress("192.0.2.1", 1), "c");
        var call = new Call(request, new Target.GatewayTarget(WEATHER.id()));
        byte[] body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}".getBytes(UTF_8);
        StepVerifier.create(calls.carry(call, Mono.just(body)))
                .verifyErrorMatches(error -> error instanceof Refusal refusal && reason.isInstance(refusal.reason()));
    }
}
