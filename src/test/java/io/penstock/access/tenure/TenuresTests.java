package io.penstock.access.tenure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.wire.Arrival;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class TenuresTests {

    /** So many that their order is not right by chance. */
    private static final int STREAMS = 50;

    private final Tenures tenures = SomeTenures.endless();

    private static Permit stream() {
        var caller = new Caller("ann", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        var gateway = SampleGateways.at(URI.create("http://localhost/mcp"), Transport.STREAMABLEHTTP, "none");
        var request = new Request(
                "GET", "/", new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 0), "test");
        var target = new Arrival.Target.GatewayTarget(gateway.id());
        return Permits.of(
                caller,
                new Arrival(request, target, Era.SESSIONS, null, null, new byte[0]),
                new Route.One(gateway, null));
    }

    @Test
    void aPartOfAStreamDoesNotEndBeforeTheStreamWhenTheReplicaStops() {
        List<Throwable> ended = new ArrayList<>();
        List<Throwable> told = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Permit permit = stream();
            Tenure whole = tenures.begin(permit);
            var _ = whole.over(tenures.during(permit, Flux.never()).doOnError(ended::add))
                    .doOnError(told::add)
                    .subscribe(_ -> {}, _ -> {});
        }

        tenures.leave();

        assertThat(told).hasSize(STREAMS).allMatch(Tenures::isLeaving);
        assertThat(ended).isEmpty();
    }
}
