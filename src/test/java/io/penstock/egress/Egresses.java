package io.penstock.egress;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.resolver.AddressResolver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import reactor.netty.http.HttpResources;

/** The way out for tests, whose servers are on this machine. */
public final class Egresses {

    private Egresses() {}

    @SuppressWarnings("unchecked")
    public static Egress toLoopback() {
        var ranges = List.of("127.0.0.0/8");
        var policy =
                new Policy(ranges.stream().map(AddressRange::parse).toList(), List.of(), List.of(), new OwnAddresses());
        return new Egress(
                new EgressSettings(ranges, List.of(), 2_000, 10, Duration.ofSeconds(5)),
                policy,
                new Denials(new SimpleMeterRegistry()),
                executor -> (AddressResolver<InetSocketAddress>)
                        HttpResources.get().getOrCreateDefaultResolver().getResolver(executor));
    }
}
