package io.penstock.access.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTests {

    @ParameterizedTest
    @CsvSource({
        "100, 100, 60",
        "600/1m, 600, 60",
        "10/s, 10, 1",
        "10 / 30s, 10, 30",
        "1000/1h, 1000, 3600",
        "5/d, 5, 86400",
        "7/PT2M, 7, 120"
    })
    void readsSoManyWithinATime(String text, long calls, long seconds) {
        assertThat(Rate.of(text)).isEqualTo(new Rate(calls, Duration.ofSeconds(seconds)));
        assertThat(Rate.of(text).isLimit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "", " ", "0/1s"})
    void nothingIsNoLimit(String text) {
        assertThat(Rate.of(text).isLimit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "many",
                "1.5",
                "10/",
                "/1m",
                "10/1m/1m",
                "10/soon",
                "10/0s",
                "10/100ms",
                "10/32d",
                "99999999999"
            })
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
