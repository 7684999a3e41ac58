package io.penstock.access.limit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.caller.proxy.Addresses;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import java.lang.reflect.Proxy;
import java.util.List;

/** Limits for tests. */
public final class SomeLimits {

    final MeterRegistry meters = new SimpleMeterRegistry();
    String caller = "0";
    String credential = "0";
    String team = "0";
    String tool = "0";
    String toolPerCaller = "0";
    String address = "0";
    String endedSessions = "0";
    List<LimitSettings.OfTool> tools = List.of();
    Snapshot snapshot = Snapshot.EMPTY;
    ClientAddresses addresses = Addresses.ofSockets();
    Ticker ticker = Ticker.systemTicker();

    /** None at all. */
    public static RateLimits none() {
        return new SomeLimits().limits();
    }

    /** One of so many calls for each caller. */
    public static RateLimits ofCallers(String rate) {
        var some = new SomeLimits();
        some.caller = rate;
        return some.limits();
    }

    RateLimits limits() {
        var settings = new LimitSettings(
                Rate.of(caller),
                Rate.of(credential),
                Rate.of(team),
                Rate.of(tool),
                Rate.of(toolPerCaller),
                tools,
                Rate.of(address),
                Rate.of(endedSessions));
        return new RateLimits(settings, addresses, catalog(), meters, ticker);
    }

    private Catalog catalog() {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (_, method, _) -> {
                    if (method.getName().equals("snapshot")) {
                        return snapshot;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
