package io.penstock.relay.dialogue;

import static io.penstock.relay.dialogue.Talks.LONG;
import static io.penstock.relay.dialogue.Talks.dialogues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.dev.SampleServer;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversations with servers made with the MCP Java SDK. */
class RealServersIT {

    private static SampleServer server;

    @BeforeAll
    static void start() throws IOException {
        server = SampleServer.start(0, Set.of("sesame"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,           /mcp, streamable_http",
        "STREAMABLEHTTP, /mcp, streamable_http",
        "AUTO,           /sse, sse",
        "SSE,            /sse, sse"
    })
    void findsOutWhatTheySpeakAndReadsTheirTools(Transport transport, String path, String spoken) {
        var gateway = SampleGateways.at(URI.create(server.url(path)), transport, "bearer");

        var said = dialogues()
                .hold(
                        gateway,
                        dialogue -> dialogue.request("ping", null)
                                .then(dialogue.request("tools/list", null))
                                .map(tools -> dialogue.greeting() + tools))
                .block(LONG);

        assertThat(said).contains("transport=" + spoken).contains("\"name\":\"echo\"");
    }

    @Test
    void saysWhichFieldHoldsARefusedCredential() throws IOException {
        try (var strict = SampleServer.start(0, Set.of("another"))) {
            var gateway = SampleGateways.at(URI.create(strict.url("/sse")), Transport.SSE, "bearer");

            assertThatThrownBy(() -> Talks.greet(gateway)).hasMessage("upstream answered 401 to GET: check auth_token");
        }
    }
}
