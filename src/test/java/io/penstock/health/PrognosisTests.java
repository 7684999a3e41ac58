package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.Condition;
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

    private Condition after(Sighting... sightings) {
        Condition condition = Gateway.Status.UNSEEN.condition();
        for (Sighting sighting : sightings) {
            condition = prognosis.after(condition, sighting);
        }
        return condition;
    }

    @Test
    void oneThatWasNeverWellIsUnhealthyAtTheFirstFailure() {
        var status = after(ILL);

        assertThat(status.healthy()).isFalse();
        assertThat(status.lastError()).isEqualTo("upstream answered 401 to initialize: check auth_token");
    }

    @Test
    void oneThatWasWellIsUnhealthyAfterAsManyFailuresInARowAsTheThreshold() {
        var twice = after(WELL, ILL, ILL);
        var thrice = after(WELL, ILL, ILL, ILL);

        assertThat(twice.healthy()).isTrue();
        assertThat(twice.lastError()).isNull();
        assertThat(thrice.healthy()).isFalse();
        assertThat(thrice.lastError()).contains("check auth_token");
        assertThat(thrice.protocolVersion()).isEqualTo("2025-11-25");
    }

    @Test
    void failuresWithASuccessBetweenThemAreNotInARow() {
        assertThat(after(WELL, ILL, ILL, WELL, ILL, ILL).healthy()).isTrue();
    }

    @Test
    void oneSuccessMendsEverything() {
        var status = after(ILL, ILL, ILL, ILL, WELL);

        assertThat(status.healthy()).isTrue();
        assertThat(status.failures()).isZero();
        assertThat(status.lastError()).isNull();
        assertThat(status.capabilities()).isEqualTo("{\"tools\":{}}");
    }

    @Test
    void aHealthyOneIsCheckedWithinItsIntervalButNotOnTheDot() {
        var healthy = after(WELL);

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

        assertThat(new Prognosis(SETTINGS, () -> 0).next(own, after(WELL))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anUnhealthyOneIsCheckedLessAndLessUpToFiveMinutesAtARandomMoment() {
        var unhealthy = after(ILL, ILL, ILL);
        var later = after(ILL, ILL, ILL, ILL);
        var muchLater = after(ILL, ILL, ILL, ILL, ILL, ILL, ILL, ILL, ILL);

        assertThat(prognosis.next(GATEWAY, unhealthy)).isEqualTo(Duration.ofSeconds(60));
        assertThat(prognosis.next(GATEWAY, later)).isEqualTo(Duration.ofMinutes(2));
        assertThat(prognosis.next(GATEWAY, muchLater)).isEqualTo(Duration.ofMinutes(5));
        assertThat(new Prognosis(SETTINGS, () -> 0.5).next(GATEWAY, muchLater)).isEqualTo(Duration.ofSeconds(150));
        assertThat(new Prognosis(SETTINGS, () -> 0).next(GATEWAY, muchLater)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void discoveryIsWantedWhenNeverDoneWhenOldAndWhenItWasAway() {
        assertThat(prognosis.wantsDiscovery(true, new Status(after(WELL), NOW, NOW, null)))
                .isTrue();
        assertThat(prognosis.wantsDiscovery(true, readAt(NOW))).isFalse();
        assertThat(prognosis.wantsDiscovery(true, readAt(NOW.minus(Duration.ofMinutes(11)))))
                .isTrue();
        assertThat(prognosis.wantsDiscovery(false, readAt(NOW))).isTrue();
        assertThat(prognosis.wantsDiscovery(null, new Status(after(ILL), NOW, null, null)))
                .isFalse();
    }

    private Status readAt(Instant moment) {
        return new Status(after(WELL), NOW, NOW, moment);
    }
}
