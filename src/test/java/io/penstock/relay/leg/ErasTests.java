package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.wire.ProtocolVersion.Era;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which eras are tried, and in which order. */
class ErasTests {

    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost/mcp"), Transport.AUTO, "none");

    private final AtomicLong nanos = new AtomicLong();
    private final Eras eras = new Eras(nanos::get);

    @Test
    void theNewestIsTriedFirstWhereNothingIsKnown() {
        assertThat(eras.of(GATEWAY)).containsExactly(Era.STATELESS, Era.SESSIONS, Era.HTTP_SSE);
    }

    @Test
    void whatTheLastCheckSawIsTriedFirst() {
        assertThat(eras.of(SampleGateways.seen(GATEWAY, "2025-06-18", "streamable_http")))
                .containsExactly(Era.SESSIONS, Era.STATELESS, Era.HTTP_SSE);
        assertThat(eras.of(SampleGateways.seen(GATEWAY, "2025-11-25", "sse"))).startsWith(Era.HTTP_SSE);
    }

    @Test
    void whatALegSawItselfCountsMoreForTenMinutes() {
        var checked = SampleGateways.seen(GATEWAY, "2026-07-28", "streamable_http");
        eras.saw(checked, Era.SESSIONS);
        assertThat(eras.of(checked)).startsWith(Era.SESSIONS);

        nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(eras.of(checked)).startsWith(Era.STATELESS);
    }

    @Test
    void whatWasForgottenCountsNoMore() {
        eras.saw(GATEWAY, Era.HTTP_SSE);
        eras.forget(GATEWAY);

        assertThat(eras.of(GATEWAY)).startsWith(Era.STATELESS);
    }
}
