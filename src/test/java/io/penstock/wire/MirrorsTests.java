package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorsTests {

    private static final String MODERN = "2026-07-28";
    private static final Envelope CALL = new Envelope(Kind.REQUEST, "1", "tools/call", "echo", MODERN, null);

    private static Request request(String version, String method, String name) {
        var headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        put(headers, "MCP-Protocol-Version", version);
        put(headers, "Mcp-Method", method);
        put(headers, "Mcp-Name", name);
        return new Request("POST", "/", headers, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), "c");
    }

    private static void put(HttpHeaders headers, String name, String value) {
        if (value != null) {
            headers.set(name, value);
        }
    }

    private static Reason refused(Request request, Envelope envelope) {
        return catchThrowableOfType(Refusal.class, () -> Mirrors.era(request, envelope))
                .reason();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-28, tools/call, echo",
        "' 2026-07-28 ', ' tools/call', 'echo  '",
        "2026-07-28, tools/call, =?base64?ZWNobw==?="
    })
    void acceptsHeadersThatSayWhatTheBodySays(String version, String method, String name) {
        assertThat(Mirrors.era(request(version, method, name), CALL)).isEqualTo(Era.STATELESS);
    }

    @ParameterizedTest
    @CsvSource({
        ", tools/call, echo",
        "2025-11-25, tools/call, echo",
        "2026-07-28, , echo",
        "2026-07-28, TOOLS/CALL, echo",
        "2026-07-28, tools/list, echo",
        "2026-07-28, tools/call, ",
        "2026-07-28, tools/call, other",
        "2026-07-28, tools/call, Echo",
        "2026-07-28, tools/call, =?BASE64?ZWNobw==?=",
        "2026-07-28, tools/call, =?base64?%%%?=",
        "2026-07-28, tools/call, =?base64?/w==?=",
        "2026-07-28, tools/call, =?base64?ZWNobw?=",
        "2026-07-28, tools/call, =?base64?="
    })
    void refusesHeadersThatDiffer(String version, String method, String name) {
        assertThat(refused(request(version, method, name), CALL)).isInstanceOf(Reason.HeaderMismatch.class);
    }

    @Test
    void whatACompletionRefersToIsNotMirrored() {
        var completion = new Envelope(Kind.REQUEST, "1", "completion/complete", "greet", MODERN, null);

        assertThat(Mirrors.era(request(MODERN, "completion/complete", null), completion))
                .isEqualTo(Era.STATELESS);
    }

    @Test
    void aNotificationNeedsNoMirrors() {
        var cancelled = new Envelope(Kind.NOTIFICATION, null, "notifications/cancelled", null, MODERN, null);

        assertThat(Mirrors.era(request(MODERN, null, null), cancelled)).isEqualTo(Era.STATELESS);
    }

    @Test
    void aVersionNobodySpeaksIsNamedWithTheOnesThatAre() {
        var claim = new Envelope(Kind.REQUEST, "1", "tools/list", null, "2099-01-01", null);

        assertThat(refused(request("2099-01-01", "tools/list", null), claim))
                .isEqualTo(new Reason.UnsupportedVersion("2099-01-01", List.of(MODERN)));
    }

    @Test
    void theHeaderAloneMakesNoStatelessMessage() {
        var bare = new Envelope(Kind.REQUEST, "1", "tools/list", null, null, null);

        assertThat(refused(request(MODERN, "tools/list", null), bare)).isInstanceOf(Reason.BadParams.class);
    }

    @Test
    void aClientOfBothErasMayNameTheNewerOneWhenItOpensASession() {
        var initialize = new Envelope(Kind.REQUEST, "1", "initialize", null, null, null);
        var claiming = new Envelope(Kind.REQUEST, "1", "initialize", null, MODERN, null);

        assertThat(Mirrors.era(request(MODERN, null, null), initialize)).isEqualTo(Era.SESSIONS);
        assertThat(Mirrors.stateless(request(MODERN, null, null), initialize)).isFalse();
        assertThat(Mirrors.era(request(MODERN, "initialize", null), claiming)).isEqualTo(Era.STATELESS);
        assertThat(refused(request("1999-01-01", null, null), initialize))
                .isInstanceOf(Reason.UnsupportedVersion.class);
    }

    @Test
    void olderMessagesNeedNoHeaderAndTheirMirrorsMeanNothing() {
        var bare = new Envelope(Kind.REQUEST, "1", "tools/call", "echo", null, null);

        assertThat(Mirrors.era(request(null, "other", "other"), bare)).isEqualTo(Era.SESSIONS);
        assertThat(Mirrors.era(request("2025-11-25", null, null), bare)).isEqualTo(Era.SESSIONS);
        assertThat(refused(request("1999-01-01", null, null), bare))
                .isEqualTo(new Reason.UnsupportedVersion("1999-01-01", ProtocolVersion.supported(false)));
    }
}
