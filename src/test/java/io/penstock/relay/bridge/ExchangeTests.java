package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class ExchangeTests {

    private static final int MANY = 50_000;

    private final ScriptedLeg leg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
    private final Exchange exchange = new Exchange(
            leg, new Message.Asked("1", "tools/call", "{\"name\":\"greet\"}"), null, null, Logs.NONE, null);

    /** What the upstream says waits: nobody reads it yet. */
    private void begin() {
        exchange.next().toFuture().cancel(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"roots/list\"}"
            })
    void theAnswerComesHoweverMuchThatIsHiddenComesBeforeIt(String hidden) {
        begin();
        for (int i = 0; i < MANY; i++) {
            leg.says(hidden);
        }
        leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        StepVerifier.create(exchange.next())
                .assertNext(last -> assertThat(last).isEqualTo(new Message.Result("1", "{}")))
                .expectComplete()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void nothingComesOfACallThatIsDisposedAmongWhatIsHidden() {
        var next = exchange.next().toFuture();
        leg.says("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        exchange.dispose();

        assertThat(next).isCompletedWithValue(null);
    }
}
