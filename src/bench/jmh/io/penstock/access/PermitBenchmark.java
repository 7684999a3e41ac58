package io.penstock.access;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What it costs to decide that a call may go on: at a gateway's own endpoint, at a virtual server of 500 tools, and for its list. */
@State(Scope.Thread)
public class PermitBenchmark {

    private final Gateway gateway = Snapshots.gateway("alpha", Visibility.TEAM, "team-alpha", true);
    private final Server server = Snapshots.server(
            "desk",
            Visibility.PUBLIC,
            NameStyle.PREFIXED,
            new Server.Chosen(List.of(), List.of(), List.of(), List.of(gateway.id())));
    private final Snapshot snapshot = Snapshots.of(
            List.of(gateway),
            List.of(server),
            IntStream.range(0, 500)
                    .mapToObj(i -> Snapshots.feature(gateway, Feature.Kind.TOOL, "tool" + i))
                    .toList());
    private final RuledGate gate = new RuledGate(new Memory(snapshot));

    private final Caller caller = new Caller(
            "ada@example.com",
            Caller.Source.JWT,
            false,
            Set.of("team-alpha", "team-beta"),
            Set.of("mcp:server:alpha:execute", "tools.read"),
            "digest",
            Instant.MAX);
    private final Arrival own = arrival(new Target.GatewayTarget(gateway.id()), "tools/call", "tool7");
    private final Arrival virtual = arrival(new Target.ServerTarget(server.id()), "tools/call", "alpha-tool7");
    private final Arrival list = arrival(new Target.ServerTarget(server.id()), "tools/list", null);

    private static Arrival arrival(Target target, String method, String name) {
        var request = new Request(
                "POST", "/", EmptyHttpHeaders.INSTANCE, InetSocketAddress.createUnresolved("client", 1), "c");
        var envelope = new Envelope(Envelope.Kind.REQUEST, "1", method, name, "2026-07-28", null);
        return new Arrival(request, target, Era.STATELESS, envelope, null, new byte[0]);
    }

    @Benchmark
    public Permit callIsPermitted() {
        return gate.permit(caller, own).block();
    }

    @Benchmark
    public Permit callToAVirtualServerIsPermitted() {
        return gate.permit(caller, virtual).block();
    }

    @Benchmark
    public Permit listIsPermitted() {
        return gate.permit(caller, list).block();
    }

    private record Memory(Snapshot snapshot) implements Catalog {

        @Override
        public Flux<Snapshot> snapshots() {
            return Flux.just(snapshot);
        }

        @Override
        public Mono<Snapshot> refresh(java.util.Collection<String> names) {
            return refresh();
        }

        @Override
        public Mono<Snapshot> refresh() {
            return Mono.just(snapshot);
        }

        @Override
        public Mono<Snapshot> read() {
            return Mono.just(snapshot);
        }

        @Override
        public Mono<Void> ready() {
            return Mono.empty();
        }
    }
}
