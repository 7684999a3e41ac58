package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.Status;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.Dialogues.Greeting;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PrognosisTests {

    static final HealthSettings SETTINGS = new HealthSettings(
            Duration.ofSeconds(60),
            3,
            4,
            Duration.ofMillis(500),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30));

    private static final Sighting WELL =
            new Sighting.Well(new Greeting("2025-11-25", "streamable_http", "{\"tools\":{}}", null));
    private static final Sighting ILL = new Sighting.Ill("upstream answered 401 to initialize: check auth_token");
    private static final Instant NOW = Instant.parse("2026-11-21T07:00:00Z");

    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost/mcp"), Transport.AUTO, "bearer");

    private final Prognosis prognosis = new Prognosis(SETTINGS, () -> 1);

    private Status after(Status before, Sighting... sightings) {
        Status status = before;
        for (Sighting sighting : sightings) {
            status = prognosis.after(status, sighting, NOW);
        }
        return status;
    }

    @Test
    void oneThatWasNeverWellIsUnhealthyAtTheFirstFailure() {
        var status = after(SampleGateways.NEW, ILL);

        assertThat(status.healthy()).isFalse();
        assertThat(status.lastError()).isEqualTo("upstream answered 401 to initialize: check auth_token");
        assertThat(status.lastCheckedAt()).isEqualTo(NOW);
        assertThat(status.lastSeenAt()).isNull();
    }

    @Test
    void oneThatWasWellIsUnhealthyAfterAsManyFailuresInARowAsTheThreshold() {
        var twice = after(SampleGateways.NEW, WELL, ILL, ILL);
        var thrice = after(twice, ILL);

        assertThat(twice.healthy()).isTrue();
        assertThat(twice.lastError()).isNull();
        assertThat(thrice.healthy()).isFalse();
        assertThat(thrice.lastError()).contains("check auth_token");
        assertThat(thrice.protocolVersion()).isEqualTo("2025-11-25");
        assertThat(thrice.lastSeenAt()).isEqualTo(NOW);
    }

    @Test
    void failuresWithASuccessBetweenThemAreNotInARow() {
        assertThat(after(SampleGateways.NEW, WELL, ILL, ILL, WELL, ILL, ILL).healthy())
                .isTrue();
    }

    @Test
    void oneSuccessMendsEverything() {
        var status = after(SampleGateways.NEW, ILL, ILL, ILL, ILL, WELL);

        assertThat(status.healthy()).isTrue();
        assertThat(status.failures()).isZero();
        assertThat(status.lastError()).isNull();
        assertThat(status.capabilities()).isEqualTo("{\"tools\":{}}");
    }

    @Test
    void aHealthyOneIsCheckedWithinItsIntervalButNotOnTheDot() {
        var healthy = after(SampleGateways.NEW, WELL);

        assertThat(new Prognosis(SETTINGS, () -> 0).next(GATEWAY, healthy)).isEqualTo(Duration.ofSeconds(60));
        assertThat(new Prognosis(SETTINGS, () -> 1).next(GATEWAY, healthy)).isEqualTo(Duration.ofSeconds(54));
    }

    @Test
    void theGatewaysOwnIntervalWins() {
        var own = new Gateway(
                GATEWAY.id(),
                GATEWAY.name(),
                GATEWAY.slug(),
                GATEWAY.url(),
                null,
                GATEWAY.transport(),
                GATEWAY.auth(),
                null,
                GATEWAY.visibility(),
                null,
                GATEWAY.owner(),
                GATEWAY.tags(),
                GATEWAY.passthroughHeaders(),
                Duration.ofSeconds(5),
                GATEWAY.driftPolicy(),
                false,
                true,
                GATEWAY.status(),
                NOW,
                NOW,
                1);

        assertThat(new Prognosis(SETTINGS, () -> 0).next(own, after(SampleGateways.NEW, WELL)))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anUnhealthyOneIsCheckedLessAndLessUpToFiveMinutesAtARandomMoment() {
        var unhealthy = after(SampleGateways.NEW, ILL, ILL, ILL);
        var later = after(unhealthy, ILL);
        var muchLater = after(later, ILL, ILL, ILL, ILL, ILL);

        assertThat(prognosis.next(GATEWAY, unhealthy)).isEqualTo(Duration.ofSeconds(60));
        assertThat(prognosis.next(GATEWAY, later)).isEqualTo(Duration.ofMinutes(2));
        assertThat(prognosis.next(GATEWAY, muchLater)).isEqualTo(Duration.ofMinutes(5));
        assertThat(new Prognosis(SETTINGS, () -> 0.5).next(GATEWAY, muchLater)).isEqualTo(Duration.ofSeconds(150));
        assertThat(new Prognosis(SETTINGS, () -> 0).next(GATEWAY, muchLater)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void discoveryIsWantedWhenNeverDoneWhenOldAndWhenItWasAway() {
        var read = discovered(after(SampleGateways.NEW, WELL));

        assertThat(prognosis.wantsDiscovery(true, after(SampleGateways.NEW, WELL), NOW))
                .isTrue();
        assertThat(prognosis.wantsDiscovery(true, read, NOW)).isFalse();
        assertThat(prognosis.wantsDiscovery(true, read, NOW.plus(Duration.ofMinutes(11))))
                .isTrue();
        assertThat(prognosis.wantsDiscovery(false, read, NOW)).isTrue();
        assertThat(prognosis.wantsDiscovery(null, after(SampleGateways.NEW, ILL), NOW))
                .isFalse();
    }

    private static Status discovered(Status status) {
        return new Status(status.healthy(), 0, null, NOW, NOW, status.protocolVersion(), "sse", "{}", null, NOW);
    }
}
