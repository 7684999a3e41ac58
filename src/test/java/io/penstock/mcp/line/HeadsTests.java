package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class HeadsTests {

    private final Agreement agreement = new Agreement();

    private static final Request CAME = new Request(
            "POST",
            "/sse",
            new DefaultHttpHeaders()
                    .set("authorization", "Bearer t")
                    .set("mcp-session-id", "the client's own")
                    .set("mcp-protocol-version", "2025-03-26")
                    .set("mcp-name", "x")
                    .set("penstock-line", "x")
                    .set("x-mine", "1"),
            new InetSocketAddress(1),
            "c");

    private Request head(String message) {
        return Heads.message(CAME, Envelopes.read(message.getBytes(UTF_8)), agreement);
    }

    private void agree(String version) {
        agreement.openedLate(new Reply.Json(200, new byte[0], "sealed"));
        var result = new Message.Result("0", "{\"protocolVersion\":\"" + version + "\"}");
        assertThat(agreement.initialized(
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\"}".getBytes(UTF_8), result, "x"))
                .isEqualTo("x");
    }

    @Test
    void isTheSessionsThoughTheClientNamesAnother() {
        agree("2025-06-18");

        var head = head("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");

        assertThat(head.header("mcp-session-id")).isEqualTo("sealed");
        assertThat(head.header("mcp-protocol-version")).isEqualTo("2025-06-18");
        assertThat(head.header("authorization")).isEqualTo("Bearer t");
        assertThat(head.header("x-mine")).isEqualTo("1");
        assertThat(head.header("mcp-name")).isNull();
        assertThat(head.header("penstock-line")).isNull();
    }

    @Test
    void ofInitializeNamesNoSession() {
        agree("2025-06-18");

        var head = head("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}");

        assertThat(head.header("mcp-session-id")).isNull();
        assertThat(head.header("mcp-protocol-version")).isNull();
    }

    @Test
    void ofAStatelessMessageSaysWhatTheMessageSays() {
        agree("2025-06-18");

        var head = head(stateless("2026-07-28", "tools/call", "a\\nb"));

        assertThat(head.header("mcp-protocol-version")).isEqualTo("2026-07-28");
        assertThat(head.header("mcp-method")).isEqualTo("tools/call");
        assertThat(head.header("mcp-name")).isEqualTo("=?base64?YQpi?=");
        assertThat(head.header("mcp-session-id")).isNull();
    }

    @Test
    void takesNoClaimAndNoMethodThatHeadersCannotCarry() {
        assertThatThrownBy(() -> head(stateless("2026\\r\\nx: y", "tools/call", "a")))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> head(stateless("2026-07-28", "tools\\r\\nx: y", "a")))
                .isInstanceOf(Refusal.class);
    }

    private static String stateless(String version, String method, String name) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{\"name\":\"" + name
                + "\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + version + "\"}}}";
    }
}
