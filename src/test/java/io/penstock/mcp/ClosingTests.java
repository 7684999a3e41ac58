package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.IOException;
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
    void aBugIsLoggedUnderTheIdThatTheClientIsTold(CapturedOutput log) {
        var closing = Closing.of(new IOException("secret detail"), "7");

        assertThat(closing.status()).isEqualTo(WebSocketCloseStatus.INTERNAL_SERVER_ERROR);
        assertThat(closing.text()).isEqualTo("Internal error 7");
        assertThat(log.getOut()).contains("Line 7 failed");
    }
}
