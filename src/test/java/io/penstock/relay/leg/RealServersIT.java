package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.dev.SampleServer;
import io.penstock.wire.Message;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Legs to servers made with the MCP Java SDK. */
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

    /** Over HTTP+SSE one after the other: that server writes into its one stream from several threads at once, and spoils it. */
    @ParameterizedTest
    @CsvSource({"/mcp, streamable_http, 4", "/sse, sse, 1"})
    void callsKeepTheirOwnProgress(String path, String transport, int atOnce) {
        var leg = Parties.open(URI.create(server.url(path)), Parties.ABLE);
        assertThat(leg.greeting().transport()).isEqualTo(transport);

        var said = Flux.range(0, 4)
                .flatMap(
                        number -> leg.ask(new Message.Asked(
                                        "1",
                                        "tools/call",
                                        "{\"name\":\"slow\",\"arguments\":{},\"_meta\":{\"progressToken\":" + number
                                                + "}}"))
                                .collectList()
                                .doOnNext(messages -> assertThat(messages)
                                        .hasSize(6)
                                        .element(4)
                                        .satisfies(message ->
                                                assertThat(message.json()).contains("\"progressToken\":" + number))),
                        atOnce)
                .collectList()
                .block(LONG);

        assertThat(said)
                .hasSize(4)
                .allSatisfy(messages -> assertThat(messages.getLast().json()).contains("done"));
    }
}
