package io.penstock.egress;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

class ForgottenPoolsTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    private final Sinks.Empty<Void> answering = Sinks.empty();
    private final ConnectionProvider pool = Egress.pool("forgotten", 2, SHORT);
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((_, response) -> answering
                    .asMono()
                    .then(response.header("connection", "close").send()))
            .bindNow();

    @AfterEach
    void stop() {
        pool.dispose();
        server.disposeNow();
    }

    @Test
    void nothingIsKeptOfAnAddressThatIsNotUsedAnyMore() {
        StepVerifier.create(get())
                .then(() -> await().during(SHORT.multipliedBy(2)).until(ForgottenPoolsTests::isKnown))
                .then(() -> answering.tryEmitEmpty().orThrow())
                .expectNextCount(1)
                .verifyComplete();

        await().until(() -> !isKnown());

        StepVerifier.create(get()).expectNextCount(1).verifyComplete();
    }

    private Mono<HttpClientResponse> get() {
        return HttpClient.create(pool)
                .get()
                .uri("http://127.0.0.1:" + server.port())
                .response();
    }

    private static boolean isKnown() {
        return Metrics.globalRegistry
                        .find("reactor.netty.connection.provider.total.connections")
                        .tag("name", "forgotten")
                        .gauge()
                != null;
    }
}
