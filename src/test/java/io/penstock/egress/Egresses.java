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

    private static final List<String> RANGES = List.of("127.0.0.0/8");

    /** What may be connected to on that way out. */
    public static Destinations destinations() {
        return new Destinations(policy());
    }

    private static Policy policy() {
        return new Policy(
                RANGES.stream().map(AddressRange::parse).toList(), List.of(), List.of(), new OwnAddresses("", ""));
    }

    @SuppressWarnings("unchecked")
    public static Egress toLoopback() {
        return new Egress(
                new EgressSettings(RANGES, List.of(), 2_000, 10, Duration.ofSeconds(5)),
                policy(),
                new Denials(new SimpleMeterRegistry()),
                executor -> (AddressResolver<InetSocketAddress>)
                        HttpResources.get().getOrCreateDefaultResolver().getResolver(executor));
    }
}
