package io.penstock.relay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.RelaySettings;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class SessionTokensTests {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final SessionTokens tokens =
            new Sealed().tokens(new RelaySettings(LONG, LONG, DataSize.ofMegabytes(1), LONG, false, false));
    private final Permit permit =
            Permits.own(SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none"));

    private Session.Held begun(String name) {
        return tokens.begin(
                permit, ProtocolVersion.find("2025-11-25"), "{}", "{\"name\":\"" + name + "\",\"version\":\"1\"}");
    }

    /** What is of many bytes may be of few characters: an id that never opens would have its client begin anew for ever. */
    @Test
    void aClientWhoseNameIsTooLongIsToldSo() {
        assertThat(tokens.open(permit, begun("水".repeat(1_000)).sealed())).isInstanceOf(Session.Held.class);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> begun("水".repeat(2_500)))
                .satisfies(refusal -> assertThat(refusal.reason())
                        .isEqualTo(new Reason.BadParams(
                                "capabilities and clientInfo are longer than 4096 bytes of UTF-8")));
    }

    @Test
    void aSessionIdOfAnUpstreamThatIsTooLongIsThatUpstreamsFault() {
        assertThat(tokens.open(permit, tokens.seal(permit, "s".repeat(4_000), false)))
                .isInstanceOf(Session.Passed.class);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> tokens.seal(permit, "s".repeat(4_200), false))
                .satisfies(refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamFailed.class));
    }
}
