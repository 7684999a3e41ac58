package io.penstock.mcp.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.catalog.snapshot.SwappedCatalog;
import io.penstock.loop.BegunRounds;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallMetersTests {

    private static final Gateway WEATHER = Snapshots.gateway("weather", Visibility.PUBLIC, null, true);
    private static final Gateway MAIL = Snapshots.gateway("mail", Visibility.PUBLIC, null, true);
    private static final Reply DONE = new Reply.Json(200, new byte[0], null);

    private final SwappedCatalog catalog = new SwappedCatalog(Snapshots.of(WEATHER, MAIL));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CallMeters meters = new CallMeters(registry, catalog, new BegunRounds());

    private static Call call(@Nullable Target target) {
        var request = new Request("POST", "/mcp", new DefaultHttpHeaders(), new InetSocketAddress(0), "id");
        return new Call(request, target);
    }

    private List<String> series() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("gateway") + " " + id.getTag("outcome"))
                .sorted()
                .toList();
    }

    @Test
    void whatIsNotRegisteredAnyMoreHasNoSeries() {
        meters.ended(call(new Target.GatewayTarget(WEATHER.id())), DONE);
        meters.ended(call(new Target.GatewayTarget(MAIL.id())), DONE);
        meters.refused(call(new Target.GatewayTarget(MAIL.id())), new Reason.UpstreamFailed("no", null));
        meters.ended(call(new Target.NamedTarget("mail")), DONE);
        meters.ended(call(new Target.ServerTarget(UUID.randomUUID())), DONE);
        meters.ended(call(new Target.AllTarget()), DONE);
        meters.refused(call(null), new Reason.Unavailable("no", Duration.ofSeconds(1)));
        assertThat(series()).hasSize(7).contains("mail ok", MAIL.id() + " ok", MAIL.id() + " UpstreamFailed");

        catalog.swap(Snapshots.of(WEATHER));

        assertThat(series()).containsExactly(" Unavailable", " ok", WEATHER.id() + " ok");
    }

    @Test
    void whatComesBackIsCountedAnew() {
        meters.ended(call(new Target.GatewayTarget(MAIL.id())), DONE);
        catalog.swap(Snapshots.of(WEATHER));
        catalog.swap(Snapshots.of(MAIL));

        meters.ended(call(new Target.GatewayTarget(MAIL.id())), DONE);

        assertThat(registry.get("penstock.calls").timer().count()).isOne();
    }
}
