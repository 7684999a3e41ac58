package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTests {

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT59.5S, 60", "PT60S, 60"})
    void secondsAreRoundedUp(Duration duration, long seconds) {
        assertThat(Limit.seconds(duration)).isEqualTo(seconds);
    }

    @Test
    void aRefusalSaysWhichLimitAndWhenToComeBack() {
        var limit = new Limit("tool", 100, Duration.ofMinutes(1), 0, Duration.ofMillis(4200));

        assertThat(limit.policy()).isEqualTo("\"tool\";q=100;w=60");
        assertThat(limit.state()).isEqualTo("\"tool\";r=0;t=5");
        assertThat(RpcError.of(new Reason.TooMany("too many", Duration.ofMillis(4200), limit))
                        .json("7"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603,\"message\":\"too many\","
                        + "\"data\":{\"retry_after\":5,\"limit\":\"tool\"}}}");
        assertThat(RpcError.of(new Reason.Unavailable("away", Duration.ofMinutes(1)))
                        .data())
                .isEqualTo("{\"retry_after\":60}");
    }
}
