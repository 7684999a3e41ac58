package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Message;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsTests {

    private static Message.Told log(String level) {
        return new Message.Told("notifications/message", "{\"level\":\"" + level + "\",\"data\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "warning, info, false",
        "warning, warning, true",
        "warning, emergency, true",
        "debug, debug, true",
        "warning, loud, true",
    })
    void aMessageThatIsNotSevereEnoughIsKept(String level, String said, boolean taken) {
        assertThat(Logs.from(level, Logs.NONE).take(log(said))).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"info", "emergency", "loud"})
    void whoAskedForNoneGetsNone(String said) {
        assertThat(Logs.from(null, Logs.NONE).take(log(said))).isFalse();
        assertThat(Logs.from(null, Logs.ALL).take(log(said))).isTrue();
        assertThat(Logs.NONE.take(new Message.Told("notifications/progress", "{}")))
                .isTrue();
    }
}
