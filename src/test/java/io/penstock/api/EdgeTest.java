package io.penstock.api;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What tests of the edge share: a started edge, its world, and clients of it. */
@SpringBootTest(
        classes = Edge.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "penstock.ingress.base-url=https://gateway.example.com",
            "penstock.ingress.allowed-origins=https://console.example.com",
            "penstock.api.discovery-budget=200ms",
            "penstock.session.secret-key=what browsers' sessions are sealed with"
        })
abstract class EdgeTest {

    @Autowired
    World world;

    @LocalServerPort
    int port;

    @BeforeEach
    void startAnew() {
        world.reset();
    }

    WebTestClient as(String person) {
        return anybody()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + person)
                .build();
    }

    WebTestClient anybody() {
        return WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .filter(EdgeTest::readWhole)
                .responseTimeout(Duration.ofSeconds(30))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(16 * 1024 * 1024))
                .build();
    }

    /** Reads every body, also where a test looks at the status only: an unread one is a leak of the client's. */
    private static Mono<ClientResponse> readWhole(ClientRequest request, ExchangeFunction next) {
        return next.exchange(request)
                .flatMap(response -> response.bodyToMono(byte[].class)
                        .defaultIfEmpty(new byte[0])
                        .map(body -> response.mutate()
                                .body(Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)))
                                .build()));
    }
}
