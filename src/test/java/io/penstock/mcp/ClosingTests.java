package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.netty.channel.AbortedException;

@ExtendWith(OutputCaptureExtension.class)
class ClosingTests {

    @ParameterizedTest
    @ValueSource(strings = {"Connection has been closed", "Connection has been closed BEFORE send operation"})
    void aPeerThatIsGoneIsNoBug(String message, CapturedOutput log) {
        var closing = Closing.of(new AbortedException(message), "7");

        assertThat(closing.status()).isEqualTo(WebSocketCloseStatus.NORMAL_CLOSURE);
        assertThat(log.getOut()).doesNotContain("Line 7");
    }

    @Test
    void whatIsTooMuchNowMayBeTriedAgainLater() {
        var many = new Refusal(new Reason.TooMany("as many as one may have", Duration.ofSeconds(30)));
        var away = new Refusal(new Reason.Unavailable("switched off", Duration.ofMinutes(1)));

        assertThat(Closing.of(many, "7"))
                .isEqualTo(new Closing(WebSocketCloseStatus.TRY_AGAIN_LATER, "as many as one may have"));
        assertThat(Closing.of(away, "7").status()).isEqualTo(WebSocketCloseStatus.TRY_AGAIN_LATER);
    }

    @Test
    void aBugIsLoggedUnderTheIdThatTheClientIsTold(CapturedOutput log) {
        var closing = Closing.of(new IOException("secret detail"), "7");

        assertThat(closing.status()).isEqualTo(WebSocketCloseStatus.INTERNAL_SERVER_ERROR);
        assertThat(closing.text()).isEqualTo("Internal error 7");
        assertThat(log.getOut()).contains("Line 7 failed");
    }
}
